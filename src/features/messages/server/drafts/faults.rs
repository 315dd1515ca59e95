//! What keeps a draft from going out.

use std::sync::LazyLock;

use super::{Draft, Look, Messages, Template};
use crate::{
    features::messages::model::{MOST_PEOPLE, Recipe, Source, UPLOAD_COLUMNS, check_content},
    shared::{
        error::FieldError,
        lang::{Said, Text},
    },
    ui::blocks::number,
};

impl Messages {
    /// Everything that keeps a draft from going out, the account's own rules among it.
    ///
    /// # Errors
    /// The database.
    pub async fn draft_faults(&self, draft: &Draft, template: Option<&Template>, look: &Look) -> Result<Vec<FieldError>, sqlx::Error> {
        let mut faults = draft.faults(template, look);
        if !faults.iter().any(|fault| fault.field == "url") {
            faults.extend(self.link_fault(&draft.app_id, draft.content.url().as_deref().as_slice()).await?);
        }
        Ok(faults)
    }
}

impl Draft {
    /// The columns that variables may name.
    pub fn columns(&self) -> &[String] {
        static OF_UPLOADS: LazyLock<[String; 2]> = LazyLock::new(|| UPLOAD_COLUMNS.map(str::to_owned));
        match self.source {
            Source::File => &self.origin.columns,
            Source::Uploads => &*OF_UPLOADS,
            Source::Paste | Source::Tags => &[],
        }
    }

    /// Everything that keeps it from being sent with this template to these people.
    pub fn faults(&self, template: Option<&Template>, look: &Look) -> Vec<FieldError> {
        let mut faults = self.content_faults(template);
        if template.is_some() {
            faults.extend(self.people_fault(look));
        }
        faults
    }

    /// What is wrong whoever gets it.
    pub(super) fn content_faults(&self, template: Option<&Template>) -> Vec<FieldError> {
        let Some(template) = template else {
            return vec![FieldError::new("template", "missing", Text::new("先选一个模板", "Choose a template first"))];
        };
        let mut faults = Vec::new();
        if template.gone_at.is_some() {
            faults.push(FieldError::new(
                "template",
                "template_gone",
                Text::new("这个模板已下线，换一个", "This template is gone; choose another"),
            ));
        }
        let fields = template.fields();
        let recipe = Recipe::new(&fields, &self.content.data, self.columns());
        // What varies is judged person by person.
        let varies = |fault: &FieldError| fault.field.strip_prefix("data.").is_some_and(|key| recipe.varies(key));
        faults.extend(check_content(&fields, &self.content).into_iter().filter(|fault| !varies(fault)));
        faults.extend(recipe.faults());
        faults
    }

    fn people_fault(&self, look: &Look) -> Option<FieldError> {
        let audience = &look.audience;
        let (field, missing) = match self.source {
            Source::Paste => ("recipients", Text::new("还没有收件人", "Add at least one recipient")),
            Source::File if self.origin.columns.is_empty() => ("file", Text::new("还没有上传文件", "No file was uploaded yet")),
            Source::File if self.origin.openids.is_none() => {
                let detail = Text::new("文件缺少 OpenID 列，请选择一列", "The file has no openid column. Choose one.");
                return Some(FieldError::new("column", "no_touser_column", detail));
            }
            Source::File => ("file", Text::new("文件里没有能用的 OpenID", "The file holds no openid that can be used")),
            Source::Tags => ("tags", Text::new("没有关注者带这些标签", "No follower carries these tags")),
            Source::Uploads if audience.unreached.is_empty() => {
                ("uploads", Text::new("没有人是这样的", "Nobody stands so with this question"))
            }
            Source::Uploads => {
                let detail = Text::new(
                    "这些人的 OpenID 都不知道，请在收图名单里补上",
                    "None of them has a known openid. Add it to the list of people.",
                );
                ("uploads", detail)
            }
        };
        if audience.people.is_empty() {
            return Some(FieldError::new(field, "missing", missing));
        }
        let cut = self.origin.cut && self.source == Source::File;
        if audience.entries() > MOST_PEOPLE || cut {
            let most = number(i64::try_from(MOST_PEOPLE).unwrap_or(i64::MAX));
            let entries = number(i64::try_from(audience.entries()).unwrap_or(i64::MAX));
            let now = if cut { format!("{most}+") } else { entries };
            let detail = Said::new(format!("这里一次最多 {most} 个，现在 {now} 个"), format!("At most {most} at a time here; now {now}"));
            return Some(FieldError::new(field, "too_many", detail));
        }
        if look.survey.refused.len() == audience.people.len() {
            let detail = Text::new("没有一行的内容符合规则", "No line keeps to the rules");
            return Some(FieldError::new(field, "all_refused", detail));
        }
        None
    }
}
