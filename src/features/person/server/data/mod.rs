//! `/people/{id}/data`: everything about one person as a ZIP, and all of it erased.

mod store;

#[cfg(test)]
mod tests;

use axum::{
    extract::{Path, State},
    response::Response,
};
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};

use crate::{
    features::{
        audit::{
            model::{Act, Actor},
            server::{export::cell, record_in},
        },
        media::server::{Media, Sheet},
        person::{
            data::{Data, Named, data},
            model::Kinds,
        },
    },
    infra::{
        Core,
        fields::{Form, check_text},
        guard::{Access, Operator, Routes, Table as Doors},
        net::Caller,
        page::{done, page, refused_page},
    },
    shared::{error::AppError, lang::Text, rights::Right},
    ui::{Frame, texts::person as w},
};

/// Lines of a table read at once.
const PIECE: i64 = 500;
/// Counting stops here.
pub(super) const MOST: i64 = 10_000;
/// Other names shown.
const NAMES: i64 = 20;

/// A table of the ZIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Table {
    Pictures,
    Reviews,
    Lists,
    Messages,
    Events,
    Follower,
}

impl Table {
    const ALL: [Self; 6] = [Self::Pictures, Self::Reviews, Self::Lists, Self::Messages, Self::Events, Self::Follower];

    const fn name(self) -> &'static str {
        match self {
            Self::Pictures => "pictures.csv",
            Self::Reviews => "reviews.csv",
            Self::Lists => "lists.csv",
            Self::Messages => "messages.csv",
            Self::Events => "events.csv",
            Self::Follower => "follower.csv",
        }
    }

    const fn head(self) -> &'static str {
        match self {
            Self::Pictures => "id,media_id,answer_title,question_id,state,kind,file_name,sha256,reason,created_at,stored_at,deleted_at",
            Self::Reviews => "picture,verdict,reason,comment,reviewer,at,undone_at",
            Self::Lists => "answer_title,user_id,openid,name",
            Self::Messages => {
                "id,batch_id,template_id,data,url,miniprogram,state,errcode,errmsg,reason,sent_by,created_at,sent_at,settled_at"
            }
            Self::Events => "sort,what,at,detail",
            Self::Follower => "openid,unionid,nickname,remark,tags,scene,following,followed_at,unfollowed_at",
        }
    }

    /// The table about some names of a person, told piece by piece. The byte order mark makes Excel read UTF-8.
    fn sheet(self, core: Core, app_id: String, names: Vec<String>) -> Sheet {
        let start = (names.into_iter(), None::<(String, String)>);
        let lines = stream::try_unfold(start, move |(mut names, place)| {
            let (core, app_id) = (core.clone(), app_id.clone());
            async move {
                let Some((name, after)) = place.or_else(|| names.next().map(|name| (name, String::new()))) else { return Ok(None) };
                let lines = store::lines(core.db.read(), self, &app_id, &name, &after, PIECE).await?;
                let next = lines.last().filter(|_| lines.len() as i64 == PIECE).map(|last| (name, last.key.clone()));
                let text: String = lines.iter().map(|line| row(&line.cells)).collect();
                Ok(Some((text, (names, next))))
            }
        });
        let head = stream::once(async move { Ok(format!("\u{feff}{}\r\n", self.head())) });
        Sheet { name: self.name(), pieces: head.chain(lines).boxed() }
    }
}

/// A line of CSV from a JSON array.
fn row(cells: &str) -> String {
    let values: Vec<Value> = serde_json::from_str(cells).unwrap_or_default();
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => cell(text),
        other => cell(&other.to_string()),
    };
    format!("{}\r\n", values.iter().map(text).collect::<Vec<_>>().join(","))
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Erased {
    pictures: u64,
    messages: u64,
    events: u64,
}

/// The feature's state. Cheap to clone.
#[derive(Clone)]
pub struct Records {
    core: Core,
    media: Media,
}

impl Records {
    /// Over its neighbours.
    pub fn new(core: Core, media: Media) -> Self {
        Self { core, media }
    }

    /// What there is of a person, by each of their names.
    ///
    /// # Errors
    /// 404 for somebody of whom nothing is kept.
    async fn of(&self, app_id: &str, id: &str) -> Result<Data, AppError> {
        check_text(id, 1, 128).map_err(|_| AppError::not_found())?;
        let kinds = self.kinds(app_id, id).await?;
        let mut others = Vec::new();
        for name in self.media.other_names(app_id, id, NAMES).await? {
            let kinds = self.kinds(app_id, &name).await?;
            others.push(Named { name, kinds });
        }
        if kinds == Kinds::default() && others.is_empty() {
            return Err(AppError::not_found());
        }
        Ok(Data { id: id.to_owned(), kinds, others, ..Data::default() })
    }

    async fn kinds(&self, app_id: &str, id: &str) -> Result<Kinds, sqlx::Error> {
        let kinds = store::kinds(self.core.db.read(), app_id, id, MOST).await?;
        Ok(Kinds { pictures: self.media.count_of(app_id, id, MOST).await?, ..kinds })
    }

    /// Everything about a person as a ZIP. The audit line says that it was taken and by whom, but not of whom: it can never be erased.
    ///
    /// # Errors
    /// As [`Media::bundle_person`].
    async fn export(&self, app_id: &str, names: &[String], actor: Actor, address: String) -> Result<Response, AppError> {
        let sheets = Table::ALL.map(|table| table.sheet(self.core.clone(), app_id.to_owned(), names.to_vec()));
        let act = Act::new(actor, "person.exported", format!("account:{app_id}")).from_address(address);
        self.media.bundle_person(app_id, names, act, sheets.into()).await
    }

    /// Erases everything about a person: pictures go for good, messages and events stay without a name and without content, so that
    /// sums stay true.
    ///
    /// # Errors
    /// 409 `message_under_way` while WeChat may be about to answer for a message to them.
    async fn erase(&self, app_id: &str, names: Vec<String>, actor: Actor, address: String) -> Result<Erased, AppError> {
        let (account, now) = (app_id.to_owned(), self.core.now());
        let act = Act::new(actor, "person.erased", format!("account:{app_id}")).from_address(address);
        let stand_in = format!("erased-{}", self.core.chance.text(12));
        let unit = self.core.db.write_alone(move |c| {
            Box::pin(async move {
                let mut erased = Erased::default();
                for name in &names {
                    if store::under_way(c, &account, name).await? {
                        return Ok(None);
                    }
                }
                for name in &names {
                    erased.pictures += Media::erase(c, &account, name, &stand_in).await?;
                    erased.messages += store::erase_messages(c, &account, name, &stand_in, now).await?;
                    erased.events += store::erase_events(c, &account, name, &stand_in, now).await?;
                    store::erase_told(c, &account, name).await?;
                }
                let facts = json!({ "pictures": erased.pictures, "messages": erased.messages, "events": erased.events });
                record_in(c, now, &act.detail(facts.to_string())).await?;
                Ok(Some(erased))
            })
        });
        let Some(erased) = unit.await? else {
            let detail = Text::new(
                "有一条发给此人的消息正在路上，请过几分钟再删除。",
                "A message to this person is on its way. Erase them in a few minutes.",
            );
            return Err(AppError::conflict("message_under_way", detail));
        };
        self.media.erased().await?;
        Ok(erased)
    }
}

/// Its routes.
pub fn routes(records: Records) -> Doors {
    Routes::new(records)
        .get("/people/{id}/data", Access::Right(Right::Administer), show)
        .post("/people/{id}/data", Access::Right(Right::Administer), act)
        .table()
}

async fn show(State(records): State<Records>, frame: Frame, Path(id): Path<String>) -> Result<Response, AppError> {
    let shown = records.of(frame.app_id(), &id).await?;
    Ok(page(&frame, w::DATA.get(frame.lang), || data(shown)))
}

/// `intent=export` or `intent=erase`, for the person and the ticked `also`s; what is erased is typed.
async fn act(
    State(records): State<Records>,
    frame: Frame,
    operator: Operator,
    Caller(address): Caller,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, AppError> {
    let mut shown = records.of(frame.app_id(), &id).await?;
    shown.also = form.all("also").filter(|name| shown.others.iter().any(|other| other.name == *name)).map(str::to_owned).collect();
    let names: Vec<String> = std::iter::once(id.clone()).chain(shown.also.iter().cloned()).collect();
    let (actor, address) = (Actor::User(operator.name), address.to_string());
    let refused = match form.get("intent") {
        "export" => match records.export(frame.app_id(), &names, actor, address).await {
            Err(error) if error.status == 422 => error,
            outcome => return outcome,
        },
        _ if form.trimmed("confirm") != id => AppError::new(
            422,
            "not_confirmed",
            Text::new("输入的内容和此人的 ID 不一致，什么都没有删除。", "What you typed is not this person's id. Nothing was erased."),
        ),
        _ => match records.erase(frame.app_id(), names, actor, address).await {
            Err(error) if error.status == 409 => error,
            outcome => {
                outcome?;
                return Ok(done(&frame.href("/people"), Some(w::ERASED.get(frame.lang))));
            }
        },
    };
    shown.typed = form.get("confirm").to_owned();
    shown.refused = Some((refused.code, refused.detail.get(frame.lang).to_owned()));
    Ok(refused_page(&frame, w::DATA.get(frame.lang), || data(shown)))
}
