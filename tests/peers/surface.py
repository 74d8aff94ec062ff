"""Every method, option and default of the peers, as `inspect` sees them: the list the reference page must hold."""

from clore_ai import AsyncCloreAI, CloreAI

from protocol import Run, surface
from the_class import load

run = Run()
for peer in (load(run), CloreAI, AsyncCloreAI):
    run.say(surface=peer.__name__, methods=surface(peer))
