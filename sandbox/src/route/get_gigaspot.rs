//! `GET /v1/get_gigaspot`: where the snapshot is, and who is asking (api-facts 3.12).

use super::Call;
use super::renter_fees::creation_fees;
use crate::clore::Clore;
use crate::envelope::Answer;
use crate::gigaspot;
use crate::json_text::Object;

pub(super) fn handle(clore: &mut Clore, _call: &Call<'_>) -> Answer {
    let mut answer = Object::new();
    answer
        .integer("my_user_id", clore.account())
        .text("v1_snapshot_url", &gigaspot::snapshot_url(&clore.options));
    if clore.options.tell_fees {
        answer.object("creation_fees", creation_fees(&clore.options));
    }
    Answer::done(answer)
}
