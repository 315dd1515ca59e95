//! The way every platform call takes: fault dials, method, token, quota, work, ledger, answer.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, FromRequest, Multipart, Request},
    http::{Method, Response, StatusCode, header},
    routing::any,
};
use bytes::Bytes;
use serde_json::Value;

use super::{
    LedgerEntry, Sandbox,
    call::{Ask, Call, ROUTES, Route},
    dials::{self, Fault, Garbage, Sort},
    event::Event,
    quota,
    reply::{Fail, Reply, file_response, json_response},
    state::Change,
    token,
};

const LARGEST_BODY: usize = 12 << 20;

/// Marks an answer whose connection is to be cut instead (see `serve`).
#[derive(Clone, Copy)]
pub(super) struct Cut;

/// The platform's calls.
pub(super) fn router(sandbox: &Sandbox) -> Router {
    ROUTES.iter().fold(Router::new(), |router, route| {
        let sandbox = sandbox.clone();
        router.route(route.path, any(move |request: Request| async move { enter(&sandbox, route, request).await }))
    })
}

async fn enter(sandbox: &Sandbox, route: &'static Route, request: Request) -> Response<Body> {
    let Some(ask) = read(request).await else { return cut() };
    let (fault, delay) = sandbox.change(|change| {
        let delay = change.state.dials.path.as_ref().is_none_or(|scope| route.path.starts_with(scope.as_str()));
        (dials::draw(change, route.path, route.sort), if delay { change.state.dials.delay_ms } else { 0 })
    });
    if delay > 0 {
        sandbox.0.clock.sleep(Duration::from_millis(delay)).await;
    }
    let answer = sandbox.change(|change| work(change, route, &ask, fault.as_ref()));
    if !sandbox.lock().journal.healthy {
        return json_response(r#"{"errcode":-1,"errmsg":"system error"}"#, route.plain);
    }
    deliver(answer, route, fault)
}

/// Reads the whole request; `None` where it broke off or is too long.
async fn read(request: Request) -> Option<Ask> {
    let (parts, body) = request.into_parts();
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let body = axum::body::to_bytes(body, LARGEST_BODY).await.ok()?;
    let form = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
    let from = parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or_else(|| "127.0.0.1".into(), |from| from.0.ip().to_string());
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1").to_owned();
    let post = parts.method == Method::POST;
    let file = if form { file(Request::from_parts(parts, Body::from(body.clone()))).await } else { None };
    Some(Ask { post, query, body, file, host, from })
}

async fn file(request: Request) -> Option<Bytes> {
    let mut form = Multipart::from_request(request, &()).await.ok()?;
    while let Some(field) = form.next_field().await.ok()? {
        if field.name() == Some("media") {
            return field.bytes().await.ok();
        }
    }
    None
}

enum Answer {
    Reply(Reply),
    Refusal(Value),
}

/// Carries out the call unless a fault forbids it, and writes the ledger.
fn work(change: &mut Change<'_>, route: &Route, ask: &Ask, fault: Option<&Fault>) -> Answer {
    let mut call = Call { change, ask, app_id: String::new(), detail: String::new() };
    let result = refuse(fault, ask).map_or_else(|| run(&mut call, route), Err);
    let (app_id, detail) = (call.app_id, call.detail);
    let errcode = result.as_ref().err().map_or(0, |fail| fail.code);
    change.record(Event::Asked {
        entry: LedgerEntry {
            at_ms: change.now_ms,
            path: route.path.into(),
            app_id,
            errcode,
            detail,
            fault: fault.map(|fault| fault.name().into()),
        },
    });
    match result {
        Ok(reply) => Answer::Reply(reply),
        Err(fail) => Answer::Refusal(fail.body(change)),
    }
}

/// The refusal a fault stands for; `None` where the call is carried out all the same.
fn refuse(fault: Option<&Fault>, ask: &Ask) -> Option<Fail> {
    match fault? {
        Fault::Code(code, _) => Some((*code).into()),
        Fault::IpDenied(seen) => {
            let seen = if seen.is_empty() { &ask.from } else { seen };
            Some(Fail::with(40164, format!("invalid ip {seen} ipv6 ::ffff:{seen}, not in whitelist")))
        }
        // The number only marks "not carried out" in the ledger: no such answer is sent.
        Fault::Cut | Fault::BadGateway | Fault::Garbage(Garbage::Html | Garbage::Empty | Garbage::Huge) => Some((-1).into()),
        Fault::CutAfter | Fault::Garbage(_) => None,
    }
}

fn run(call: &mut Call<'_, '_>, route: &Route) -> Result<Reply, Fail> {
    if let Some(post) = route.post
        && post != call.ask.post
    {
        return Err(if post { 43002 } else { 43001 }.into());
    }
    if matches!(route.sort, Sort::Token | Sort::Send) {
        call.app_id = token::check(call)?;
        quota::count(call, route.path)?;
    }
    (route.run)(call)
}

fn deliver(answer: Answer, route: &Route, fault: Option<Fault>) -> Response<Body> {
    let spoiled = match fault {
        Some(Fault::Cut | Fault::CutAfter) => return cut(),
        Some(Fault::BadGateway) => return page(StatusCode::BAD_GATEWAY),
        Some(Fault::Garbage(Garbage::Html)) => return page(StatusCode::OK),
        Some(Fault::Garbage(Garbage::Empty)) => return Response::new(Body::empty()),
        Some(Fault::Garbage(Garbage::Huge)) => return huge(),
        Some(Fault::Garbage(kind)) => Some(kind),
        _ => None,
    };
    let value = match answer {
        Answer::Reply(Reply::File { content_type, name, bytes }) => {
            let end = if spoiled.is_some() { bytes.len() / 2 } else { bytes.len() };
            return file_response(content_type, &name, &bytes[..end]);
        }
        Answer::Reply(Reply::Json(value)) | Answer::Refusal(value) => value,
    };
    let body = spoiled.map_or_else(|| value.to_string().into_bytes(), |kind| spoil(value.clone(), kind));
    json_response(body, route.plain)
}

fn spoil(mut value: Value, kind: Garbage) -> Vec<u8> {
    if kind == Garbage::StringErrcode
        && let Some(fields) = value.as_object_mut()
    {
        for field in fields.values_mut().filter(|field| field.is_number()) {
            *field = Value::String(field.to_string());
        }
    }
    let mut bytes = value.to_string().into_bytes();
    match kind {
        Garbage::Half => bytes.truncate(bytes.len() / 2),
        Garbage::Control => {
            let end = bytes.len() - 1;
            bytes.splice(end..end, *b",\"note\":\"\x01a\nb\xff\"");
        }
        _ => {}
    }
    bytes
}

fn page(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from("<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html"));
    response
}

fn huge() -> Response<Body> {
    const PIECE: Bytes = Bytes::from_static(&[b' '; 1 << 16]);
    let pieces = std::iter::repeat_n(PIECE, (100 << 20) >> 16).map(Ok::<_, std::io::Error>);
    json_response(Body::from_stream(futures_util::stream::iter(pieces)), false)
}

/// An answer that never arrives: marked for `serve`, and broken for whoever uses the router alone.
fn cut() -> Response<Body> {
    let broken = futures_util::stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut by a dial")) });
    let mut response = Response::new(Body::from_stream(broken));
    response.extensions_mut().insert(Cut);
    response
}
