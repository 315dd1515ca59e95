use std::{collections::BTreeMap, io::Cursor, sync::Mutex};

use axum::body::to_bytes;
use zip::ZipArchive;

use super::*;
use crate::{
    features::{
        accounts::server::Accounts, media::model::State as Stand, media::server::SeedPicture, messages::server::Messages,
        tokens::server::Tokens, users::server::Users,
    },
    infra::trial::{self, NOON},
};

/// Records over the accounts `wx1` and `wx2`: of `oA`, who is `17` on a list of people, and of others.
struct Bed {
    records: Records,
    _folder: tempfile::TempDir,
}

/// Equal shades are the same bytes in the same place, as the demo's scenes are; others differ beyond what JPEG rounds away.
fn jpeg(shade: u8) -> &'static [u8] {
    static MADE: Mutex<BTreeMap<u8, &'static [u8]>> = Mutex::new(BTreeMap::new());
    MADE.lock().expect("nobody panics").entry(shade).or_insert_with(|| {
        let mut out = Cursor::new(Vec::new());
        let image = image::RgbImage::from_pixel(60, 40, image::Rgb([shade * 60, 120, 30]));
        image::DynamicImage::ImageRgb8(image).write_to(&mut out, image::ImageFormat::Jpeg).expect("encodes");
        out.into_inner().leak()
    })
}

fn seed(user_id: &str, media_id: &str, shade: u8) -> SeedPicture {
    SeedPicture {
        user_id: user_id.into(),
        answer_title: "第一周".into(),
        question_id: "q1".into(),
        created_at: NOON - i64::from(shade),
        bytes: jpeg(shade),
        media_id: media_id.into(),
        state: Stand::Stored,
    }
}

impl Bed {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let core = trial::core(folder.path()).await;
        let accounts = Accounts::open(core.clone()).await.expect("accounts");
        let tokens = Tokens::open(core.clone(), accounts.clone()).await.expect("tokens");
        let users = Users::open(core.clone(), std::sync::Arc::new(accounts.clone())).await.expect("people");
        let messages = Messages::new(core.clone(), accounts.clone(), tokens.clone());
        let media = Media::open(core.clone(), accounts, tokens, users, messages).expect("opens");
        let bed = Self { records: Records::new(core, media.clone()), _folder: folder };
        bed.run(
            "insert into accounts (app_id, name, secret, api_base, created_at, updated_at) values
                ('wx1', 'a', x'00', 'http://127.0.0.1:9', 0, 0), ('wx2', 'b', x'00', 'http://127.0.0.1:9', 0, 0)",
        )
        .await;
        let pictures = vec![seed("oA", "m1", 1), seed("oA", "m2", 2), seed("17", "m3", 3), seed("oB", "m4", 2)];
        media.seed("wx1", pictures).await.expect("seeds");
        for sql in [
            "insert into media_rosters (app_id, answer_title, user_id, openid, name) values ('wx1', '第一周', '17', 'oA', '小满'), ('wx1', '第一周', '18', 'oB', '阿山')",
            "insert into followers (app_id, openid, following, nickname, remark, tags, updated_at) values ('wx1', 'oA', 1, '=小满', '', '[2]', 5), ('wx1', 'oB', 1, '', '', '[]', 5)",
            "insert into batches (id, app_id, name, template_id, data, state, ttl, send_at, actor, rejected, total, queued, accepted, created_at)
                values ('b1', 'wx1', 'n', 't', '{}', 'running', 1, 0, 'user:a', '[{\"index\":0,\"touser\":\"oA\",\"code\":\"x\"}]', 3, 2, 1, 0)",
            "insert into messages (id, app_id, batch_id, touser, template_id, data, url, state, client_msg_id, not_before, expires_at, actor, created_at)
                values ('m1', 'wx1', 'b1', 'oA', 't', '{\"thing1\":\"小满\"}', 'https://x/?u=oA', 'accepted', 'c1', 0, 0, 'x', 10),
                    ('m2', 'wx1', 'b1', 'oA', 't', '{\"thing1\":\"小满\"}', null, 'queued', 'c2', 0, 0, 'x', 11),
                    ('m3', 'wx1', 'b1', 'oB', 't', '{\"thing1\":\"阿山\"}', null, 'queued', 'c3', 0, 0, 'x', 12),
                    ('m4', 'wx2', null, 'oA', 't', '{\"thing1\":\"小满\"}', null, 'accepted', 'c4', 0, 0, 'x', 13)",
            "insert into receipts (app_id, msgid, openid, status, happened_at, received_at, message_id) values ('wx1', 7, 'oA', 'delivered', 20, 20, 'm1')",
            "insert into callback_events (app_id, dedupe_key, kind, openid, body, received_at) values
                ('wx1', 'oA-1-text', 'text', 'oA', cast('<xml><Content>你好 oA</Content></xml>' as blob), 5), ('wx1', 'oB-1-text', 'text', 'oB', x'00', 5)",
            "insert into oauth_visits (app_id, openid, scope, at) values ('wx1', 'oA', 'snsapi_userinfo', 40)",
            "insert into oauth_tickets (hash, app_id, openid, scope, snapshot, nickname, created_at, expires_at) values (x'01', 'wx1', 'oA', 'snsapi_userinfo', 0, '小满', 40, 100)",
            "insert into users (id, name, password_hash, role, created_at) values ('u', '周敏', 'x', 'admin', 0)",
            "insert into drafts (id, app_id, user_id, recipients, created_at, updated_at) values ('d1', 'wx1', 'u', 'oB' || char(10) || 'oA' || char(10) || 'oA2' || char(10) || 'oA', 0, 0)",
            "insert into draft_people (draft_id, source, line, touser) values ('d1', 'file', 1, 'oA'), ('d1', 'file', 2, 'oB')",
            "insert into webhook_outbox (app_id, type, row) values ('wx1', 'message.failed', '{\"touser\":\"oA\"}'), ('wx1', 'message.failed', '{\"touser\":\"oA2\"}')",
            "insert into webhook_events (id, app_id, type, body, created_at) values ('e1', 'wx1', 'message.failed', '{\"touser\":\"oA\"}', 0), ('e2', 'wx1', 'message.failed', '{\"touser\":\"oB\"}', 0)",
            "insert into idempotency (key_id, route, key, body_hash, status, answer, created_at) values ('k', 'r', '1', x'00', 202, '{\"touser\":\"oA\"}', 0), ('k', 'r', '2', x'00', 202, '{\"touser\":\"oB\"}', 0)",
        ] {
            bed.run(sql).await;
        }
        bed
    }

    async fn run(&self, sql: &'static str) {
        self.records.core.db.write(move |c| Box::pin(async move { sqlx::query(sql).execute(c).await.map(|_| ()) })).await.expect(sql);
    }

    async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.records.core.db.read()).await.expect(sql)
    }

    async fn texts(&self, sql: &'static str) -> Vec<String> {
        sqlx::query_scalar(sql).fetch_all(self.records.core.db.read()).await.expect(sql)
    }

    async fn exported(&self, names: &[&str]) -> BTreeMap<String, Vec<u8>> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let answer = self.records.export("wx1", &names, admin(), "127.0.0.1".into()).await.expect("exports");
        let bytes = to_bytes(answer.into_body(), 10_000_000).await.expect("whole");
        let mut zip = ZipArchive::new(Cursor::new(bytes.to_vec())).expect("a ZIP");
        let mut found = BTreeMap::new();
        for at in 0..zip.len() {
            let mut file = zip.by_index(at).expect("there");
            let name = file.name().expect("UTF-8").into_owned();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut bytes).expect("reads");
            found.insert(name, bytes);
        }
        found
    }

    async fn erase(&self, names: &[&str]) -> Result<Erased, AppError> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.records.erase("wx1", names, admin(), "127.0.0.1".into()).await
    }
}

fn admin() -> Actor {
    Actor::User("周敏".into())
}

/// The lines of a table of the ZIP without its head.
fn lines(zip: &BTreeMap<String, Vec<u8>>, name: &str) -> Vec<Vec<String>> {
    let bytes = zip[name].strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    csv::Reader::from_reader(bytes).records().map(|line| line.expect("a line").iter().map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn everything_of_a_person_is_in_the_zip_and_nothing_of_others() {
    let bed = Bed::new().await;
    let media = &bed.records.media;
    let id = bed.texts("select id from media where media_id = 'm2'").await.remove(0);
    let picture = media.get(&id).await.expect("there");
    bed.run("insert into reviews (media_id, app_id, verdict, comment, reviewer, at) select id, 'wx1', 'reject', '糊了', 'user:林', 7 from media where media_id = 'm2'").await;
    media.delete(&picture, admin(), "127.0.0.1".into()).await.expect("into the bin");
    let shown = bed.records.of("wx1", "oA").await.expect("known");
    assert_eq!(shown.kinds, Kinds { pictures: 2, messages: 2, events: 3, listed: true });
    assert_eq!(shown.others.iter().map(|other| (other.name.as_str(), other.kinds.pictures)).collect::<Vec<_>>(), [("17", 1)]);
    assert_eq!(bed.records.of("wx1", "17").await.expect("known").others[0].name, "oA");
    assert_eq!(bed.records.of("wx2", "oB").await.expect_err("another account's").status, 404);

    let zip = bed.exported(&["oA"]).await;
    let manifest = lines(&zip, "manifest.csv");
    assert_eq!(manifest.len(), 2, "also what lies in the bin");
    for line in &manifest {
        assert_eq!(hex::encode(crate::infra::secrets::sha256(&zip[&line[0]])), line[9]);
    }
    assert_eq!(zip.len(), 2 + 1 + Table::ALL.len());
    let column = |name: &str, at: usize| lines(&zip, name).into_iter().map(|line| line[at].clone()).collect::<Vec<_>>();
    assert_eq!(column("pictures.csv", 1).len(), 2);
    assert!(column("pictures.csv", 11).contains(&"2026-11-22T04:00:00Z".to_owned()), "when it was deleted");
    assert_eq!(column("reviews.csv", 3), ["糊了"], "from the bin");
    assert_eq!(column("messages.csv", 0), ["m1", "m2"]);
    assert_eq!(column("messages.csv", 3)[0], "{\"thing1\":\"小满\"}");
    assert_eq!(column("events.csv", 0), ["push", "receipt", "visit"]);
    assert_eq!(column("events.csv", 3)[0], "<xml><Content>你好 oA</Content></xml>");
    assert_eq!(column("lists.csv", 3), ["小满"]);
    assert_eq!(column("follower.csv", 2), ["'=小满"], "no cell calculates");
    for table in Table::ALL {
        let head = lines(&zip, table.name()).first().map_or_else(|| table.head().split(',').count(), Vec::len);
        assert_eq!(head, table.head().split(',').count(), "{table:?}");
    }
    assert_eq!(lines(&bed.exported(&["oA", "17"]).await, "manifest.csv").len(), 3);
    let audit = bed.texts("select object || detail from audit where action = 'person.exported'").await;
    assert_eq!(audit, ["account:wx1{}", "account:wx1{}"], "nobody's name stays in the log");
}

#[tokio::test]
async fn long_tables_are_read_by_pieces_without_a_gap() {
    let bed = Bed::new().await;
    bed.run(
        "insert into messages (id, app_id, touser, template_id, data, state, client_msg_id, not_before, expires_at, actor, created_at)
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 1500)
            select printf('x%05d', i), 'wx1', 'oL', 't', '{}', 'failed', 'd' || i, 0, 0, 'x', i from n",
    )
    .await;
    let ids: Vec<_> = lines(&bed.exported(&["oL"]).await, "messages.csv").into_iter().map(|line| line[0].clone()).collect();
    assert_eq!(ids, (1..=1500).map(|at| format!("x{at:05}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn erased_is_nobody_while_sums_stay_true() {
    let bed = Bed::new().await;
    let sums = "select json_array((select count(*) from messages), (select count(*) from receipts), (select count(*) from callback_events),
        (select total from batches))";
    let before = bed.texts(sums).await;
    let erased = bed.erase(&["oA", "17"]).await.expect("erases");
    assert_eq!(erased, Erased { pictures: 3, messages: 2, events: 3 });
    assert_eq!(bed.texts(sums).await, before);
    assert_eq!(
        bed.texts("select json_array(queued, cancelled, accepted) from batches").await,
        ["[1,1,1]"],
        "what waited is cancelled, and counted"
    );
    // Nothing in any column of any table says the id, the name, or what was written, but in the other account.
    // (Places in a name are bare numbers, every one up to 128.)
    for (table, column) in
        columns(&bed).await.into_iter().filter(|(table, _)| !["_sqlx_migrations", "media_name_places"].contains(&table.as_str()))
    {
        let cell = format!("cast(\"{column}\" as text)");
        let told = ["小满", "oA-", "\"oA\"", "?u=oA", " oA"].map(|text| format!("instr({cell}, '{text}') > 0"));
        let found = format!("select count(*) from \"{table}\" where {cell} in ('oA', '17') or {}", told.join(" or "));
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(found)).fetch_one(bed.records.core.db.read()).await.expect("counts");
        let other_account = i64::from(table == "messages" && (column == "touser" || column == "data"));
        assert_eq!(count, other_account, "{table}.{column}");
    }
    assert_eq!(bed.texts("select recipients from drafts").await, ["oB\noA2"], "whole lines only");
    assert_eq!(bed.texts("select media_id from media").await, ["m4"]);
    assert_eq!(bed.count("select count(*) from contents").await, 1, "shared bytes stay for whoever has them");
    assert_eq!(bed.count("select count(*) from contents_leaving").await, 0, "the others are gone from disk");
    let left = (bed.count("select count(*) from webhook_events").await, bed.count("select count(*) from webhook_outbox").await);
    assert_eq!((left, bed.count("select count(*) from idempotency").await), ((1, 1), 1));
    let names = bed.texts("select distinct touser from messages where app_id = 'wx1' union select openid from receipts order by 1").await;
    assert!(names.len() == 2 && names[0].starts_with("erased-") && names[1] == "oB", "one and the same nobody: {names:?}");
    let trace = bed.texts("select actor || ' ' || object || ' ' || detail from audit where action = 'person.erased'").await;
    assert_eq!(trace, ["周敏 account:wx1 {\"events\":3,\"messages\":2,\"pictures\":3}"]);
    assert_eq!(bed.records.of("wx1", "oA").await.expect_err("unknown now").status, 404);
}

/// Every column of every table.
async fn columns(bed: &Bed) -> Vec<(String, String)> {
    sqlx::query_as(
        "select m.name, c.name from sqlite_schema m join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite%'",
    )
    .fetch_all(bed.records.core.db.read())
    .await
    .expect("reads")
}

#[tokio::test]
async fn nobody_is_erased_while_a_message_to_them_is_under_way() {
    let bed = Bed::new().await;
    bed.run("update messages set state = 'sending', intent_at = 1 where id = 'm2'").await;
    let refused = bed.erase(&["oA"]).await.expect_err("refuses");
    assert_eq!((refused.status, refused.code), (409, "message_under_way"));
    assert_eq!(bed.count("select count(*) from media where user_id = 'oA'").await, 2, "nothing was touched");
    bed.run("update messages set state = 'queued', intent_at = 1 where id = 'm2'").await;
    assert_eq!(bed.erase(&["oA"]).await.expect_err("in doubt").code, "message_under_way");
    bed.run("update messages set state = 'unknown' where id = 'm2'").await;
    assert_eq!(bed.erase(&["oA"]).await.expect("erases").pictures, 2);
}
