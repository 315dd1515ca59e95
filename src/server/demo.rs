//! Demo data: what a house looks like after some weeks of use. Written once, on the first start of `serve --sandbox`.

use super::app::App;
use crate::{
    features::{
        audit::model::Actor,
        media::{model::State, server::SeedPicture},
        messages::{
            model::{Data, fields, reasons},
            server::{SeedMessage, SeedOutcome, seed as seed_messages},
        },
        people::server::SeedFollower,
    },
    infra::{clock::Chance, settings},
    sandbox::{DemoSend, DemoUpload, Follower, SANDBOX_APP_ID, Sandbox, Template, demo, demo_sends, demo_uploads, scenes},
    shared::time::{DAY, HOUR, SECOND},
};

/// Pictures of the last days that could not be fetched; trying again succeeds.
const FAILED: usize = 4;
/// Pictures that were older than WeChat keeps them when somebody looked.
const EXPIRED: usize = 5;
/// Who sent the messages of the past.
const SENDERS: [&str; 4] = ["user:周敏", "user:林一帆", "key:教务系统", "user:周敏"];
/// Always the same people, pictures and messages.
const SEED: u64 = 20_261_122;

/// Fills an empty house. Each part is written once and noted, so that a start that was cut short goes on where it stopped.
///
/// # Errors
/// The database or the media folder.
pub async fn seed(app: &App, simulator: &Sandbox) -> anyhow::Result<()> {
    if first(app, "demo_followers").await? {
        followers(app, simulator).await?;
        note(app, "demo_followers").await?;
    }
    if first(app, "demo_messages").await? {
        messages(app).await?;
        note(app, "demo_messages").await?;
    }
    if first(app, "demo_pictures").await? {
        pictures(app, simulator).await?;
        note(app, "demo_pictures").await?;
    }
    Ok(())
}

async fn first(app: &App, part: &str) -> anyhow::Result<bool> {
    Ok(settings::get(app.core.db.read(), part).await?.is_none())
}

async fn note(app: &App, part: &'static str) -> anyhow::Result<()> {
    Ok(app.core.db.write(move |connection| Box::pin(async move { settings::put(connection, part, "1").await })).await?)
}

async fn followers(app: &App, simulator: &Sandbox) -> anyhow::Result<()> {
    let tags = demo::TAGS.iter().map(|(id, name)| (i64::from(*id), (*name).to_owned())).collect();
    let now = app.core.now();
    let people = simulator.followers().into_iter().enumerate().map(|(at, person)| follower(at, person, now)).collect();
    Ok(app.people.seed(SANDBOX_APP_ID, tags, people).await?)
}

fn follower(at: usize, person: Follower, now: i64) -> SeedFollower {
    let followed_at = person.subscribe_time * SECOND;
    // Those who left did so in the last days, a few hours apart, after they came.
    let left = now - (i64::try_from(at % 7).unwrap_or(0) * DAY + 5 * HOUR);
    SeedFollower {
        openid: person.openid,
        following: person.subscribed,
        nickname: String::new(),
        remark: person.name,
        tags: person.tags.into_iter().map(i64::from).collect(),
        followed_at,
        unfollowed_at: (!person.subscribed).then_some(left.max(followed_at + HOUR).min(now)),
    }
}

/// Templates come from the simulator as they would from WeChat; the messages of the past are written down.
async fn messages(app: &App) -> anyhow::Result<()> {
    let account = app.accounts.get(SANDBOX_APP_ID).ok_or_else(|| anyhow::anyhow!("the sandbox's account is missing"))?;
    if let Err(error) = app.messages.sync_templates(&account, Actor::System).await {
        // A dial may be turned to faults already; the page offers the same button.
        tracing::warn!(error = %error, "The sandbox's templates could not be fetched");
    }
    let now = app.core.now();
    let chance = Chance::seeded(SEED);
    let templates = demo::templates(SANDBOX_APP_ID);
    let past = demo_sends(&chance).into_iter().map(|send| message(send, &templates, &chance, now)).collect();
    Ok(seed_messages(&app.core, &account, past).await?)
}

fn message(send: DemoSend, templates: &[Template], chance: &Chance, now: i64) -> SeedMessage {
    let fields = templates.iter().find(|template| template.template_id == send.template_id).map(|template| fields(&template.content));
    let fields = fields.unwrap_or_default();
    let keys: Vec<_> = fields.iter().map(|field| field.key.as_str()).collect();
    SeedMessage {
        touser: send.openid,
        template_id: send.template_id,
        data: Data(send.data.into_iter().collect()).ordered(&keys),
        actor: SENDERS[usize::try_from(chance.below(SENDERS.len() as u64)).unwrap_or(0)].into(),
        at: now - send.age_seconds * SECOND,
        outcome: outcome(send.outcome),
    }
}

fn outcome(word: &str) -> SeedOutcome {
    match word {
        "success" => SeedOutcome::Delivered,
        "accepted" => SeedOutcome::Accepted,
        "unknown" => SeedOutcome::Unknown,
        // It is no failure by itself: the message waits, and fails once its time is over.
        "45009" => SeedOutcome::TooLate,
        "failed:user block" => SeedOutcome::ReceiptFailed(reasons::USER_BLOCK),
        "failed: system failed" => SeedOutcome::ReceiptFailed(reasons::SYSTEM_FAILED),
        code => {
            let errcode = code.parse().unwrap_or(-1);
            let errmsg = match errcode {
                43004 => "require subscribe",
                40003 => "invalid openid",
                47003 => "argument invalid! data.thing1.value invalid",
                _ => "system error",
            };
            SeedOutcome::Refused(errcode, errmsg.into())
        }
    }
}

async fn pictures(app: &App, simulator: &Sandbox) -> anyhow::Result<()> {
    let uploads = demo_uploads(&Chance::seeded(SEED));
    let now = app.core.now();
    let (mut failed, mut expired) = (0, 0);
    let pictures = uploads.into_iter().map(|upload| {
        let age = upload.age_seconds * SECOND;
        let state = match age {
            // The oldest come first: what WeChat drops soon is there to be saved.
            _ if age < 3 * DAY - HOUR && failed < FAILED => {
                failed += 1;
                State::Failed
            }
            _ if age > 4 * DAY && expired < EXPIRED => {
                expired += 1;
                State::Expired
            }
            _ => State::Stored,
        };
        picture(upload, state, now - age, simulator)
    });
    let pictures = pictures.collect();
    app.media.seed(SANDBOX_APP_ID, pictures).await
}

fn picture(upload: DemoUpload, state: State, created_at: i64, simulator: &Sandbox) -> SeedPicture {
    let bytes = scenes().iter().find(|(name, _)| *name == upload.scene).map_or(&[][..], |(_, bytes)| bytes);
    // The simulator knows the failed ones, so that fetching them again gives the picture.
    let media_id = if state == State::Failed { simulator.upload(bytes) } else { upload.media_id };
    SeedPicture {
        user_id: upload.person,
        answer_title: upload.answer_title,
        question_id: upload.question_id,
        created_at,
        bytes,
        media_id,
        state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Faults of the account leave messages waiting (CONTRACT §3), so no history may show one that failed by them at once.
    #[test]
    fn the_history_tells_only_what_the_product_writes() {
        const OF_THE_ACCOUNT: [i64; 8] = [40001, 40013, 40125, 40164, 40243, 45009, 48001, 48004];
        let sends = demo_sends(&Chance::seeded(SEED));
        for send in &sends {
            match outcome(send.outcome) {
                SeedOutcome::Refused(errcode, _) => assert!(errcode > 0 && !OF_THE_ACCOUNT.contains(&errcode), "{errcode}"),
                SeedOutcome::TooLate => assert!(send.age_seconds > 86_400, "its time is not over"),
                _ => {}
            }
        }
        assert!(
            sends.iter().any(|send| matches!(outcome(send.outcome), SeedOutcome::TooLate)),
            "the demo shows what a spent quota leads to"
        );
    }
}
