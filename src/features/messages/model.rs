//! Plain types and rules of template messages, the same for the form, the API and the browser.

mod allowance;
mod audience;
mod batch;
mod canary;
mod channel;
mod data;
mod dates;
mod doubt;
mod draft;
mod fault;
mod kind;
mod recipients;
mod rules;
mod state;
mod survey;
mod template;
mod uploads;
mod variables;

pub use allowance::{Allowance, DAILY_QUOTA};
pub use audience::{Audience, Line, MOST_PEOPLE, Origin, Person, Source, guess_openids, looks_like_openid};
pub use batch::{BatchAct, BatchState, Counts};
pub use canary::{BRAKE, Brake, Canary, Omen, Trial};
pub use channel::Channel;
pub use data::Data;
pub use doubt::Ruling;
pub use draft::{Content, Miniprogram, Target, check_content, check_target, check_values, is_web_url};
pub use fault::Fault;
pub use kind::{Kind, Piece, check, shown};
pub use recipients::{MOST_ON_PAGE, Recipients, entries, is_openid, masked, parse_recipients};
pub use rules::{Quiet, Rules, TypedRules};
pub use state::{MessageState, reasons};
pub use survey::{Cut, Refusal, Survey, survey};
pub use template::{Change, Difference, TemplateField, example_values, fields, is_legacy, short_id};
pub use uploads::{Question, UPLOAD_COLUMNS, Upload, Uploads};
pub use variables::{Facts, Filled, Recipe, has_variables};
