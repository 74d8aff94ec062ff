"""The official SDK, sync or async, on the sandbox's `live` dialect, the API as it is, and against faults.

Each step's name is a key of the table in `rows.rs`, which says which known fault it shows.
"""

import asyncio
import sys

from clore_ai import AsyncCloreAI, CloreAI

from protocol import Run, run_async

IMAGE = "cloreai/ubuntu22.04-cuda12"


async def main(peer):
    run = Run()
    CloreAI.BASE_URL = AsyncCloreAI.BASE_URL = f"{run.url}/v1"
    step = run.step_async
    client = peer(api_key=run.key)

    await step("wallets", client.wallets)
    market = await step("marketplace", client.marketplace, show=len)
    await step("max_price_usd 0", client.marketplace, max_price_usd=0, show=len)
    free = sorted(
        (row for row in market if row.gpu_model and "RTX 4090" in row.gpu_model and not row.gigaspot),
        key=lambda row: row.price.usd.on_demand_clore,
    )
    ids = [row.id for row in free]

    await step("create_order", client.create_order, ids[0], IMAGE, "on-demand", "CLORE-Blockchain",
               ssh_password="GoodPassword1")
    order = run.last_order()
    run.rest(3)
    await step("my_orders", client.my_orders)
    await step("my_orders completed", client.my_orders, include_completed=True)
    await step("spot without a price", client.create_order, ids[1], IMAGE, "spot", "CLORE-Blockchain", spot_price=0)
    await step("create_order spot", client.create_order, ids[1], IMAGE, "spot", "CLORE-Blockchain",
               ssh_password="GoodPassword1", spot_price=5000.0)
    bid = run.last_order()
    await step("spot_marketplace", client.spot_marketplace, ids[1],
               show=lambda market: [offer.model_dump() for offer in market.offers])
    await step("set_spot_price too low", client.set_spot_price, bid, 0.01)
    await step("cancel_order", client.cancel_order, bid)
    await step("cancel_order again", client.cancel_order, bid)

    await step("my_servers", client.my_servers, show=lambda rows: [row.name for row in rows])
    name = run.ask("hosted")
    await step("server_config", client.server_config, name, show=lambda config: config.name)
    await step("set_server_settings partial", client.set_server_settings, name, mrl=48)

    run.fault("create_order#1=lose")
    await step("create lost", client.create_order, ids[2], IMAGE, "on-demand", "CLORE-Blockchain",
               ssh_password="GoodPassword1")
    run.fault("marketplace#1=odd:all")
    await step("market with an odd row", client.marketplace, show=len)
    run.fault("cancel_order#1=garbage")
    await step("cancel garbled", client.cancel_order, order)
    run.fault("wallets=status:401")
    await step("status 401", client.wallets)
    await step("key with a line end", peer(api_key="SECRETKEY\nX").my_orders)
    run.step("plain http", peer, api_key=run.key, base_url="http://clore.invalid/v1", show=lambda made: made.base_url)
    if peer is AsyncCloreAI:
        # Both tasks have to wait for the window of this one, and wake together.
        await step("create before", client.create_order, ids[3], IMAGE, "on-demand", "CLORE-Blockchain",
                   ssh_password="GoodPassword1")
        await step("two creates at once", two_creates, client.create_order, ids[4], ids[5])
    run.say(over=True)


async def two_creates(create_order, one, other):
    def create(server):
        return create_order(server, IMAGE, "on-demand", "CLORE-Blockchain", ssh_password="GoodPassword1")

    results = await asyncio.gather(create(one), create(other), return_exceptions=True)
    return [type(result).__name__ for result in results]


if __name__ == "__main__":
    run_async(main(AsyncCloreAI if "async" in sys.argv[1:] else CloreAI))
