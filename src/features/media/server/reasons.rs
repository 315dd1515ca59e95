//! Why a picture is not here, in words: a stable word for programs, a short line and a sentence with what to do for people.

use std::borrow::Cow;

use crate::{
    shared::lang::{Lang, Text},
    wechat::{self, codes},
};

/// Why a picture is not here, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Why {
    pub reason: String,
    pub errcode: Option<i64>,
    pub errmsg: Option<String>,
}

impl Why {
    /// What WeChat's code asks of us, where there is one.
    pub fn class(&self) -> Option<codes::Class> {
        self.errcode.and_then(codes::lookup).map(|code| code.class)
    }
}

/// A reason of our own.
struct Entry {
    word: &'static str,
    short: Text,
    hint: Text,
}

const fn entry(word: &'static str, short: Text, hint: Text) -> Entry {
    Entry { word, short, hint }
}

const OWN: [Entry; 17] = [
    entry(
        "media_expired",
        Text::new("微信只保留 3 天，这张已失效", "WeChat keeps media 3 days; this one is gone"),
        Text::new(
            "微信只保留 3 天，这张已失效。请用户重新上传。",
            "WeChat keeps media 3 days; this one is gone. Ask the user to upload it again.",
        ),
    ),
    entry(
        "not_an_image",
        Text::new("收到的不是图片", "What came is no picture"),
        Text::new(
            "微信给的内容不是 JPEG、PNG、GIF 或 WebP 图片，没有保存。请检查 media_id 是否来自 wx.uploadImage。",
            "What WeChat gave is no JPEG, PNG, GIF or WebP picture and was not kept. Check that the media_id comes from wx.uploadImage.",
        ),
    ),
    entry(
        "unsupported_type",
        Text::new("不支持的文件类型", "Unsupported type of file"),
        Text::new(
            "只保存 JPEG、PNG、GIF、WebP 图片和 AMR、Speex 语音。请用户换一种格式上传。",
            "Only JPEG, PNG, GIF and WebP pictures and AMR and Speex voices are kept. Ask the user for another format.",
        ),
    ),
    entry(
        "video_link",
        Text::new("视频没有保存，只有链接", "The video was not kept; there is a link"),
        Text::new(
            "微信只给了视频的链接，这里没能安全地取到它。趁微信还保留，请打开链接自己保存，或重试。",
            "WeChat gave a link to the video, and it could not be fetched safely. Follow the link and save it while WeChat keeps it, or try again.",
        ),
    ),
    entry(
        "not_a_video",
        Text::new("收到的不是视频", "What came is no video"),
        Text::new(
            "视频链接给的不是 MP4 视频，没有保存。可以重试。",
            "What the video's link gave is no MP4 video and was not kept. It can be tried again.",
        ),
    ),
    entry(
        "too_large",
        Text::new("文件太大", "The file is too large"),
        Text::new(
            "图片最大 20 MB，语音和视频最大 64 MB。请用户压缩后重新上传。",
            "Pictures may have 20 MB, voices and videos 64 MB. Ask the user for a smaller file.",
        ),
    ),
    entry(
        "pixel_bomb",
        Text::new("图片太大，没有解码", "Too large to decode"),
        Text::new(
            "图片最多 4000 万像素，每边最多 65,535 像素。请用户缩小后重新上传。",
            "Pictures may have 40 million pixels, and 65,535 on each side. Ask the user for a smaller one.",
        ),
    ),
    entry(
        "damaged_image",
        Text::new("图片不完整或已损坏", "The picture is cut off or damaged"),
        Text::new(
            "图片不完整或已损坏，无法打开。可以重试，或请用户重新上传。",
            "The picture is cut off or damaged. Try again, or ask the user to upload it again.",
        ),
    ),
    entry(
        "decode_timeout",
        Text::new("解码太慢", "Decoding took too long"),
        Text::new(
            "这张图片解码超过 5 秒，已放弃。可以稍后重试。",
            "Decoding this picture took more than 5 seconds and was given up. Try again later.",
        ),
    ),
    entry(
        "disk_full",
        Text::new("磁盘空间不足，暂停下载", "The disk is nearly full; downloads pause"),
        Text::new(
            "磁盘空间不足，下载已暂停。清理磁盘后会自动继续。",
            "The disk is nearly full and downloads pause. They go on by themselves once there is room.",
        ),
    ),
    entry(
        "account_full",
        Text::new("这个公众号的图片空间已满", "The account keeps all it may"),
        Text::new(
            "这个公众号的图片已经用满配额，下载先等着。删除一些图片，或在“保留规则”里提高配额，会自动继续。",
            "The account's pictures take all of its quota, and downloads wait. Delete some or raise the quota under Retention; they go on by themselves.",
        ),
    ),
    entry(
        "storage_error",
        Text::new("写入磁盘失败", "Writing to the disk failed"),
        Text::new(
            "写入磁盘失败，稍后会自动重试。请检查数据目录的权限和磁盘。",
            "Writing to the disk failed and is tried again. Check the data folder's rights and the disk.",
        ),
    ),
    entry(
        "network",
        Text::new("连不上微信", "WeChat cannot be reached"),
        Text::new("连接微信时网络出错，会自动重试。", "The network failed on the way to WeChat. It is tried again by itself."),
    ),
    entry(
        "timeout",
        Text::new("微信没有应答", "WeChat did not answer"),
        Text::new("微信没有及时应答，会自动重试。", "WeChat did not answer in time. It is tried again by itself."),
    ),
    entry(
        "wechat_busy",
        Text::new("微信系统繁忙", "WeChat is busy"),
        Text::new("微信系统繁忙，会自动重试。", "WeChat is busy. It is tried again by itself."),
    ),
    entry(
        "garbled",
        Text::new("微信的应答读不懂", "WeChat's answer cannot be read"),
        Text::new(
            "微信给的既不是文件也不是错误信息，多半是网络中途的问题，会自动重试。",
            "WeChat gave neither a file nor an error, most likely a fault on the way. It is tried again by itself.",
        ),
    ),
    entry(
        "account_unknown",
        Text::new("公众号已不在这里", "The account is gone from here"),
        Text::new("这个公众号已不在这里，无法下载。请重新添加它。", "The account is gone from here. Add it again."),
    ),
];

/// The reason without further facts.
pub(super) fn own(word: &str) -> Why {
    Why { reason: word.to_owned(), ..Why::default() }
}

/// The reason of a failed call.
pub(super) fn of(error: &wechat::Error) -> Why {
    match error {
        wechat::Error::Platform { errcode, errmsg, .. } => {
            let reason = if error.is_busy() { "wechat_busy".to_owned() } else { format!("wechat_{}", errcode.unsigned_abs()) };
            Why { reason, errcode: Some(*errcode), errmsg: Some(errmsg.clone()) }
        }
        wechat::Error::Network(_) => own("network"),
        wechat::Error::Timeout => own("timeout"),
        wechat::Error::TooLarge | wechat::Error::Unreadable(_) => own("garbled"),
    }
}

fn known(word: &str) -> Option<&'static Entry> {
    OWN.iter().find(|entry| entry.word == word)
}

/// One short line, for a tile.
pub(super) fn short(reason: &str, errcode: Option<i64>, errmsg: Option<&str>, lang: Lang) -> Cow<'static, str> {
    match (known(reason), errcode) {
        (Some(entry), _) => entry.short.get(lang).into(),
        (None, Some(errcode)) => codes::reason(errcode, errmsg.unwrap_or_default(), lang == Lang::Zh).into(),
        (None, None) => reason.to_owned().into(),
    }
}

/// A sentence on what happened and what to do.
pub(super) fn hint(reason: &str, errcode: Option<i64>, errmsg: Option<&str>, lang: Lang) -> Cow<'static, str> {
    match (known(reason), errcode) {
        (Some(entry), _) => entry.hint.get(lang).into(),
        (None, Some(errcode)) => {
            let zh = lang == Lang::Zh;
            let (what, next) = (codes::reason(errcode, errmsg.unwrap_or_default(), zh), codes::hint(errcode, zh));
            if zh { format!("{what}。{next}。").into() } else { format!("{what}. {next}.").into() }
        }
        (None, None) => reason.to_owned().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_speaks_both_languages() {
        for entry in &OWN {
            assert!(entry.word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{}", entry.word);
            assert!(entry.hint.zh.ends_with('。') && entry.hint.en.ends_with('.'), "{}", entry.word);
            assert!(!entry.short.zh.ends_with('。') && !entry.short.en.ends_with('.'), "{}", entry.word);
        }
        let refused = wechat::Error::Platform { errcode: 40007, errmsg: "invalid media_id".into(), rid: None };
        let why = of(&refused);
        assert_eq!((why.reason.as_str(), why.errcode), ("wechat_40007", Some(40007)));
        let zh = hint(&why.reason, why.errcode, None, Lang::Zh);
        assert!(zh.ends_with('。') && !zh.contains("。。"), "{zh}");
        assert!(hint(&why.reason, why.errcode, None, Lang::En).is_ascii());
        let busy = wechat::Error::Platform { errcode: -1, errmsg: "system error".into(), rid: None };
        assert_eq!(of(&busy).reason, "wechat_busy");
    }
}
