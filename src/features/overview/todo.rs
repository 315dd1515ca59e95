//! What needs somebody: which facts become a line, in which words, and which goes first.

use crate::shared::lang::{Said, Text};

/// The most lines shown.
pub const MOST: usize = 5;

/// How bad it is; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Something is lost or stands still.
    Bad,
    /// Something went wrong.
    Warn,
    /// Something could be better.
    Info,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Todo {
    /// How bad.
    pub grade: Grade,
    /// What it is.
    pub title: Said,
    /// Why, and what follows.
    pub line: Said,
    /// What to do: words and path. Nothing for whoever may not.
    pub action: Option<(Text, String)>,
}

/// A refusal by WeChat, told in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// WeChat's code, where it gave one.
    pub errcode: Option<i64>,
    /// What happened.
    pub reason: Said,
    /// What to do next.
    pub hint: Said,
}

/// What the list is made of. What is not the viewer's affair is left at its default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Why the last fetch of the access token failed.
    pub token: Option<Trouble>,
    /// When WeChat refused a token that another program had replaced (`14:03`), and whether the account still fetches it the old way.
    pub foreign: Option<(String, bool)>,
    /// Whether the viewer may open the page of tokens.
    pub may_tokens: bool,
    /// Whether all sending is locked.
    pub locked: bool,
    /// Why the account's sending stands still, and how many messages wait.
    pub hold: Option<(Trouble, i64)>,
    /// Pictures that are not here yet and that WeChat drops within six hours.
    pub dying: i64,
    /// Those that it drops after that, but within 24 hours.
    pub dying_later: i64,
    /// Pictures that were given up while WeChat still keeps them; of these, how many it drops within six hours.
    pub failed_pictures: (i64, i64),
    /// Pictures that wait because the account keeps all it may; counted to 1,000.
    pub account_full: i64,
    /// Second opinions that colleagues ask the viewer for.
    pub requested: i64,
    /// Today's messages that failed: how many, for which reason, the most frequent first.
    pub failed_messages: Vec<(i64, Said)>,
    /// Whether somebody untrusted forwards requests.
    pub strange_proxy: bool,
    /// Whether WeChat's pushes do not reach us because the callback is not configured.
    pub no_callback: bool,
    /// Webhook endpoints that were switched off because they failed; none for those who do not administer.
    pub stopped_hooks: i64,
    /// Why the Redis mirror is not written.
    pub mirror: Option<Said>,
    /// Whether the viewer may change settings.
    pub administers: bool,
}

/// The list: the worst first, at most [`MOST`].
pub fn todos(facts: &Facts) -> Vec<Todo> {
    let lines = [
        token(facts),
        lock(facts),
        hold(facts),
        account_full(facts),
        dying(facts),
        dying_later(facts),
        pictures(facts),
        messages(facts),
        foreign(facts),
        mirror(facts),
        hooks(facts),
        proxy(facts),
        requested(facts),
        callback(facts),
    ];
    let mut lines: Vec<_> = lines.into_iter().flatten().collect();
    lines.sort_by_key(|line| line.grade);
    lines.truncate(MOST);
    lines
}

fn with_code(trouble: &Trouble, said: Said) -> Said {
    match trouble.errcode {
        Some(code) => Said::new(format!("{}（{code}）", said.zh), format!("{} ({code})", said.en)),
        None => said,
    }
}

/// A sentence ends once, whatever its parts ended with.
fn sentence(text: &str, end: &str) -> String {
    format!("{}{end}", text.trim_end_matches(['。', '.', ' ']))
}

fn token(facts: &Facts) -> Option<Todo> {
    let trouble = facts.token.as_ref()?;
    let line = Said::new(
        format!("{}{}", sentence(&trouble.reason.zh, "。"), sentence(&trouble.hint.zh, "")),
        format!("{}{}", sentence(&trouble.reason.en, ". "), sentence(&trouble.hint.en, "")),
    );
    Some(Todo {
        grade: Grade::Bad,
        title: Text::new("取不到访问令牌，发送和签名会受影响", "The access token cannot be fetched; sending and signing suffer").into(),
        line: with_code(trouble, line),
        action: facts.may_tokens.then(|| (Text::new("查看令牌", "See tokens"), "/tokens".into())),
    })
}

fn lock(facts: &Facts) -> Option<Todo> {
    facts.locked.then(|| Todo {
        grade: Grade::Bad,
        title: Text::new("发送已锁定", "Sending is locked").into(),
        line: Text::new(
            "从备份恢复后会先锁定，以免重复发送。确认原来的服务不再发送后，由管理员解除锁定。",
            "A restored copy starts locked, so that nothing is sent twice. An administrator unlocks it once the old server sends no more.",
        )
        .into(),
        action: Some(if facts.administers {
            (Text::new("去解除锁定", "Unlock"), "/settings".into())
        } else {
            (Text::new("看看有什么在排队", "See what waits"), "/messages?state=queued".into())
        }),
    })
}

fn hold(facts: &Facts) -> Option<Todo> {
    let (trouble, waiting) = facts.hold.as_ref()?;
    let reason = with_code(trouble, trouble.reason.clone());
    Some(Todo {
        grade: Grade::Bad,
        title: Said::new(format!("发送停住了：{}", reason.zh), format!("Sending stands still: {}", reason.en)),
        line: Said::new(
            format!("{waiting} 条消息在等待，原因消除后会自动继续。{}", sentence(&trouble.hint.zh, "")),
            format!("{waiting} waiting; they go on by themselves once the cause is gone. {}", sentence(&trouble.hint.en, "")),
        ),
        action: Some((Text::new("查看等待的消息", "See what waits"), "/messages?state=queued".into())),
    })
}

fn account_full(facts: &Facts) -> Option<Todo> {
    let count = facts.account_full;
    (count > 0).then(|| Todo {
        grade: Grade::Bad,
        title: Said::new(format!("图片空间已满，{count} 张在等"), format!("The quota for pictures is used up; waiting: {count}")),
        line: Text::new("删除一些图片或提高配额，会自动继续下载。", "Delete some or raise the quota; downloads go on by themselves.")
            .into(),
        action: facts.administers.then(|| (Text::new("改配额", "Change the quota"), "/media/retention#head-quota".into())),
    })
}

fn dying(facts: &Facts) -> Option<Todo> {
    lost_within(6, facts.dying, Grade::Bad)
}

fn dying_later(facts: &Facts) -> Option<Todo> {
    lost_within(24, facts.dying_later, Grade::Warn)
}

fn lost_within(hours: i64, count: i64, grade: Grade) -> Option<Todo> {
    (count > 0).then(|| Todo {
        grade,
        title: Said::new(
            format!("{count} 张图片 {hours} 小时内会失效"),
            format!("{count} {} within {hours} hours", if count == 1 { "picture is lost" } else { "pictures are lost" }),
        ),
        line: Text::new("微信只保留 3 天，它们还没有下载下来。", "WeChat keeps them for 3 days, and they are not downloaded yet.").into(),
        action: Some((Text::new("查看这些图片", "See them"), "/media?state=pending".into())),
    })
}

fn pictures(facts: &Facts) -> Option<Todo> {
    let (count, soon) = facts.failed_pictures;
    let line = if soon > 0 {
        Said::new(
            format!("微信只保留 3 天，其中 {soon} 张 6 小时内就会失效。"),
            format!("WeChat keeps them for 3 days; {soon} for less than 6 hours more."),
        )
    } else {
        Text::new("微信只保留 3 天，过期就取不回来了。", "WeChat keeps them for 3 days; after that they are gone.").into()
    };
    (count > 0).then(|| Todo {
        grade: if soon > 0 { Grade::Bad } else { Grade::Warn },
        title: Said::new(
            format!("{count} 张图片没能下载"),
            format!("{count} {} not be downloaded", if count == 1 { "picture could" } else { "pictures could" }),
        ),
        line,
        action: Some((Text::new("查看图片", "See them"), "/media?state=failed".into())),
    })
}

fn messages(facts: &Facts) -> Option<Todo> {
    let total: i64 = facts.failed_messages.iter().map(|(count, _)| count).sum();
    let told = facts.failed_messages.iter().take(2);
    let zh: Vec<_> = told.clone().map(|(count, reason)| format!("{count} 条：{}", sentence(&reason.zh, ""))).collect();
    let en: Vec<_> = told.map(|(count, reason)| format!("{count}: {}", sentence(&reason.en, ""))).collect();
    (total > 0).then(|| Todo {
        grade: Grade::Warn,
        title: Said::new(
            format!("今天有 {total} 条消息没送达"),
            format!("{total} {} not delivered today", if total == 1 { "message was" } else { "messages were" }),
        ),
        line: Said::new(format!("{}。", zh.join("；")), format!("{}.", en.join("; "))),
        action: Some((Text::new("查看原因", "See why"), "/messages?state=failed".into())),
    })
}

fn hooks(facts: &Facts) -> Option<Todo> {
    let count = facts.stopped_hooks;
    (count > 0).then(|| Todo {
        grade: Grade::Warn,
        title: Said::new(
            format!("{count} 个 Webhook 地址已自动停用"),
            format!("{count} webhook {} switched off", if count == 1 { "endpoint was" } else { "endpoints were" }),
        ),
        line: Text::new("接收方一直失败，或者说自己已不在。", "The receiver kept failing, or said that it is gone.").into(),
        action: Some((Text::new("查看 Webhook", "See webhooks"), "/webhooks".into())),
    })
}

fn foreign(facts: &Facts) -> Option<Todo> {
    let (at, classic) = facts.foreign.as_ref()?;
    let line = if *classic {
        Text::new(
            "令牌没到期就被微信拒收，已自动换新。改用 stable_token，两边就不再互相顶掉。",
            "WeChat refused ours before its end; it was renewed by itself. With stable_token the two no longer end each other's.",
        )
    } else {
        Text::new(
            "令牌没到期就被微信拒收，已自动换新。让那个程序改向这里要令牌。",
            "WeChat refused ours before its end; it was renewed by itself. Have that program fetch the token here.",
        )
    };
    Some(Todo {
        grade: Grade::Warn,
        title: Said::new(
            format!("另一个程序也在用这个 AppSecret，{at} 前换过令牌"),
            format!("Another program uses this AppSecret too and replaced the token before {at}"),
        ),
        line: line.into(),
        action: Some((Text::new("查看令牌", "See tokens"), "/tokens".into())),
    })
}

fn mirror(facts: &Facts) -> Option<Todo> {
    let reason = facts.mirror.as_ref()?;
    Some(Todo {
        grade: Grade::Warn,
        title: Text::new("令牌写不进 Redis", "Tokens cannot be written to Redis").into(),
        line: Said::new(
            format!("{}。从 Redis 读令牌的程序会在旧令牌到期后停下，其他功能不受影响。", reason.zh),
            format!("{}. Programs that read the token there stop when the old one ends; nothing else suffers.", reason.en),
        ),
        action: Some((Text::new("查看令牌", "See tokens"), "/tokens".into())),
    })
}

fn proxy(facts: &Facts) -> Option<Todo> {
    facts.strange_proxy.then(|| Todo {
        grade: Grade::Warn,
        title: Text::new("有代理在转发请求，但没有被信任", "A proxy forwards requests but is not trusted").into(),
        line: Text::new(
            "所有访问者看起来是同一个地址，限流和日志都不准。用 --trusted-proxy 写明代理的网段，再重启。",
            "All visitors seem to be one address, so limits and logs are wrong. Name the proxy's network with --trusted-proxy and restart.",
        )
        .into(),
        action: Some((Text::new("查看设置", "See settings"), "/settings".into())),
    })
}

fn requested(facts: &Facts) -> Option<Todo> {
    let count = facts.requested;
    (count > 0).then(|| Todo {
        grade: Grade::Info,
        title: Said::new(
            format!("{count} 张图片等你给第二意见"),
            format!("{count} {} for your second opinion", if count == 1 { "picture waits" } else { "pictures wait" }),
        ),
        line: Text::new("同事已经判断过，想听听你怎么看。", "Colleagues have judged them and ask what you think.").into(),
        action: Some((Text::new("去看看", "Have a look"), "/media/opinions/next".into())),
    })
}

fn callback(facts: &Facts) -> Option<Todo> {
    facts.no_callback.then(|| Todo {
        grade: Grade::Info,
        title: Text::new("还没有配置消息推送", "The callback is not configured").into(),
        line: Text::new(
            "没有它就收不到送达回执，也不知道谁关注、谁取消。",
            "Without it there are no delivery reports, and nobody knows who came or left.",
        )
        .into(),
        action: facts.administers.then(|| (Text::new("去配置", "Configure"), "/accounts".into())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble() -> Trouble {
        Trouble {
            errcode: Some(40164),
            reason: Said::new("服务器 IP 1.2.3.4 不在白名单", "Server IP 1.2.3.4 is not allow-listed"),
            hint: Said::new("加到白名单。", "Add it."),
        }
    }

    fn everything() -> Facts {
        Facts {
            token: Some(trouble()),
            foreign: Some(("14:03".into(), true)),
            may_tokens: true,
            locked: true,
            hold: Some((trouble(), 12)),
            dying: 3,
            dying_later: 2,
            failed_pictures: (12, 0),
            account_full: 0,
            requested: 1,
            failed_messages: vec![
                (98, Said::new("已取消关注。", "Left.")),
                (6, Said::new("繁忙", "Busy")),
                (1, Said::new("其他", "Other")),
            ],
            strange_proxy: true,
            no_callback: true,
            stopped_hooks: 2,
            mirror: None,
            administers: true,
        }
    }

    #[test]
    fn nothing_wrong_is_nothing_to_do() {
        assert_eq!(todos(&Facts::default()), []);
        assert_eq!(todos(&Facts { administers: true, may_tokens: true, ..Facts::default() }), []);
    }

    #[test]
    fn a_token_that_another_program_ended_has_its_way_out() {
        let said = |classic| todos(&Facts { foreign: Some(("14:03".into(), classic)), ..Facts::default() }).remove(0);
        assert!(said(true).title.zh.contains("14:03 前换过令牌") && said(true).line.zh.contains("改用 stable_token"));
        assert!(said(false).line.en.contains("fetch the token here") && !said(false).line.zh.contains("stable_token"));
    }

    #[test]
    fn the_worst_goes_first_and_five_are_enough() {
        let lines = todos(&everything());
        assert_eq!(lines.len(), MOST);
        assert!(lines.is_sorted_by_key(|line| line.grade));
        assert!(lines[0].title.zh.contains("令牌"));
        assert!(lines.iter().all(|line| line.action.is_some()));
        let later = todos(&Facts { dying_later: 1, ..Facts::default() });
        assert_eq!((later[0].grade, &*later[0].title.en), (Grade::Warn, "1 picture is lost within 24 hours"));
        let hooks = todos(&Facts { stopped_hooks: 1, ..Facts::default() });
        assert_eq!((hooks[0].grade, &*hooks[0].title.en), (Grade::Warn, "1 webhook endpoint was switched off"));
        let asked = todos(&Facts { requested: 1, no_callback: true, ..Facts::default() });
        assert_eq!((asked[0].grade, &*asked[0].title.en), (Grade::Info, "1 picture waits for your second opinion"));
        let redis = todos(&Facts { mirror: Some(Said::new("连不上", "Gone")), ..Facts::default() });
        assert_eq!((redis[0].grade, &*redis[0].title.en), (Grade::Warn, "Tokens cannot be written to Redis"));
        let soon = todos(&Facts { failed_pictures: (12, 4), strange_proxy: true, ..Facts::default() });
        assert_eq!((soon[0].grade, soon[1].grade), (Grade::Bad, Grade::Warn));
    }

    #[test]
    fn sentences_name_the_numbers_the_codes_and_end_once() {
        let facts = Facts { token: Some(trouble()), failed_messages: everything().failed_messages, ..Facts::default() };
        let lines = todos(&facts);
        assert_eq!(lines[0].line.zh, "服务器 IP 1.2.3.4 不在白名单。加到白名单（40164）");
        assert_eq!(lines[0].action, None, "nobody is sent to a page that is closed to them");
        assert_eq!(lines[1].title.zh, "今天有 105 条消息没送达");
        assert_eq!(lines[1].line.zh, "98 条：已取消关注；6 条：繁忙。");
        assert_eq!(lines[1].line.en, "98: Left; 6: Busy.");
    }
}
