//! Texts of the pictures.

use crate::shared::lang::Text;

/// Page `/media`.
pub const TITLE: Text = Text::new("图片", "Pictures");
/// Line under the head: count and size on disk.
pub const TOTALS: Text = Text::new("共 {count} 张，占用 {size}", "{count} pictures, {size}");
/// The same for exactly one picture.
pub const TOTALS_ONE: Text = Text::new("共 1 张，占用 {size}", "1 picture, {size}");
/// Label of the sizes.
pub const SIZES: Text = Text::new("显示大小", "Size of the tiles");
/// Size.
pub const SMALL: Text = Text::new("小", "Small");
/// Size.
pub const MEDIUM: Text = Text::new("中", "Medium");
/// Size.
pub const LARGE: Text = Text::new("大", "Large");
/// Label of the search field.
pub const SEARCH: Text = Text::new("搜索图片", "Search pictures");
/// Grey example in the search field.
pub const SEARCH_HINT: Text = Text::new("搜索用户、标题或提问", "Search sender, title or question");
/// Landmark of search and filters.
pub const FILTERS: Text = Text::new("筛选图片", "Filter pictures");
/// Filter.
pub const DATE: Text = Text::new("日期", "Date");
/// Filter.
pub const QUESTION: Text = Text::new("提问", "Question");
/// Filter.
pub const USER: Text = Text::new("用户", "Sender");
/// Filter. The work's title.
pub const ANSWER_TITLE: Text = Text::new("标题", "Title");
/// Filter.
pub const STATE: Text = Text::new("状态", "State");
/// First choice of every filter.
pub const ANY: Text = Text::new("不限", "Any");
/// Choice of the date filter.
pub const TODAY: Text = Text::new("今天", "Today");
/// Head of a day.
pub const YESTERDAY: Text = Text::new("昨天", "Yesterday");
/// Choice of the date filter.
pub const WEEK: Text = Text::new("最近 7 天", "Last 7 days");
/// Choice of the date filter.
pub const MONTH: Text = Text::new("最近 30 天", "Last 30 days");
/// Field of the date filter.
pub const FROM: Text = Text::new("从", "From");
/// Field of the date filter.
pub const TO: Text = Text::new("到", "To");
/// Button of the date filter.
pub const APPLY: Text = Text::new("应用", "Apply");
/// Link that drops all filters.
pub const CLEAR: Text = Text::new("清除筛选", "Clear filters");
/// State.
pub const STORED: Text = Text::new("已保存", "Stored");
/// State.
pub const DOWNLOADING: Text = Text::new("正在下载", "Downloading");
/// State.
pub const PENDING: Text = Text::new("等待下载", "Waiting");
/// State.
pub const FAILED: Text = Text::new("下载失败", "Failed");
/// State.
pub const EXPIRED: Text = Text::new("已过期", "Expired");
/// Tile of an expired picture.
pub const GONE: Text = Text::new("微信只保留 3 天，这张已失效", "WeChat keeps media 3 days; this one is gone");
/// Filter.
pub const KIND: Text = Text::new("类型", "Kind");
/// Kind.
pub const IMAGE: Text = Text::new("图片", "Picture");
/// Kind.
pub const VIDEO: Text = Text::new("视频", "Video");
/// Kind.
pub const VOICE: Text = Text::new("语音", "Voice");
/// Button.
pub const RETRY: Text = Text::new("重试", "Try again");
/// After trying again.
pub const RETRIED: Text = Text::new("已重新排队下载", "Queued for download again");
/// How many pictures a day has.
pub const OF_DAY: Text = Text::new("{day} · {count} 张", "{day} · {count}");
/// Link to the list anew, when pictures have come since.
pub const FRESH: Text = Text::new("有 {count} 张新图片", "{count} new pictures");
/// The same for one.
pub const FRESH_ONE: Text = Text::new("有 1 张新图片", "1 new picture");
/// The same for so many or more.
pub const FRESH_MANY: Text = Text::new("有 {count} 张以上新图片", "{count} or more new pictures");
/// Link to the next page.
pub const OLDER: Text = Text::new("更早的图片", "Older pictures");
/// How far a page looked that is not full: with these filters next to nothing is left of many pictures.
pub const LOOKED: Text =
    Text::new("已查找到 {day}，更早的还没有查找。", "Looked through the pictures back to {day}. What is older has not been looked at yet.");
/// Link to the page that looks further.
pub const LOOK_FURTHER: Text = Text::new("继续查找更早的图片", "Look further back");
/// Said to screen readers when older pictures were added to the page.
pub const GROWN: Text = Text::new("又显示 {n} 张更早的图片，现在共 {count} 张", "{n} older pictures added, {count} in all");
/// The same for one.
pub const GROWN_ONE: Text = Text::new("又显示 1 张更早的图片，现在共 {count} 张", "1 older picture added, {count} in all");
/// Link to the first page.
pub const NEWEST: Text = Text::new("回到最新", "Newest");
/// Landmark of these links.
pub const PAGES: Text = Text::new("分页", "Pages");
/// Empty list under filters.
pub const NONE_FOUND: Text = Text::new("没有符合的图片", "No pictures match");
/// Empty list without filters.
pub const NONE_YET: Text = Text::new("收到图片后会出现在这里", "Pictures appear here once they come in");
/// What a tile shows, for screen readers.
pub const TILE: Text = Text::new("{title}，{user}，{time}", "{title}, {user}, {time}");
/// When a waiting picture is tried again.
pub const NEXT_TRY: Text = Text::new("{time} 再试", "Next try {time}");
/// Page of one picture.
pub const ONE: Text = Text::new("{user} 发来的图片，{time}", "Picture from {user}, {time}");
/// Link back.
pub const ALL: Text = Text::new("全部图片", "All pictures");
/// Link.
pub const NEWER: Text = Text::new("上一张（更新）", "Newer picture");
/// Link.
pub const NEXT: Text = Text::new("下一张（更早）", "Older picture");
/// Landmark of these links.
pub const NEIGHBOURS: Text = Text::new("前后图片", "Neighbouring pictures");
/// Link.
pub const ORIGINAL: Text = Text::new("下载原图", "Download original");
/// Link for voices.
pub const VOICE_FILE: Text = Text::new("下载语音", "Download voice");
/// Link for videos.
pub const VIDEO_FILE: Text = Text::new("下载视频", "Download video");
/// Link to a video that could not be kept.
pub const VIDEO_LINK: Text = Text::new("打开微信给的视频链接", "Open the link that WeChat gave");
/// Link.
pub const OPEN: Text = Text::new("在新页面看原图", "View the original");
/// Head of the details.
pub const DETAILS: Text = Text::new("详情", "Details");
/// Detail.
pub const TIME: Text = Text::new("时间", "Filed");
/// Detail.
pub const STORED_AT: Text = Text::new("保存于", "Stored");
/// Detail.
pub const EXPIRES_AT: Text = Text::new("微信保留到", "Kept by WeChat until");
/// Detail.
pub const DIMENSIONS: Text = Text::new("尺寸", "Dimensions");
/// Detail.
pub const SIZE: Text = Text::new("大小", "Size");
/// Detail.
pub const FILE_NAME: Text = Text::new("文件名", "File name");
/// Detail.
pub const TYPE: Text = Text::new("类型", "Type");
/// Detail.
pub const ATTEMPTS: Text = Text::new("下载次数", "Downloads tried");
/// Detail.
pub const NOTHING_YET: Text = Text::new("图片还没有下载好，请稍后刷新。", "The picture is not here yet. Reload in a moment.");
/// Landmark of the bar under selected pictures.
pub const SELECTION: Text = Text::new("所选图片", "Selected pictures");
/// How many are selected; `{n}` is counted by the browser.
pub const PICKED: Text = Text::new("已选 {n} 张", "{n} selected");
/// Label of a tile's checkbox, before what the tile shows.
pub const PICK: Text = Text::new("选择", "Select");
/// Button that selects nothing any more.
pub const UNPICK: Text = Text::new("取消", "Clear");
/// Button: the selected pictures.
pub const ZIP: Text = Text::new("下载 ZIP", "Download ZIP");
/// Button: selects what the page shows of a day, or lets go of it.
pub const PICK_DAY: Text = Text::new("全选当天", "Select the day");
/// Button: a day's pictures.
pub const ZIP_DAY: Text = Text::new("下载这一天", "Download this day");
/// Button: all pictures under the filter.
pub const ZIP_SHOWN: Text = Text::new("下载筛选结果", "Download all shown");
/// Button: all pictures.
pub const ZIP_ALL: Text = Text::new("下载全部", "Download all");
/// Why there is no ZIP.
pub const ZIP_NOTHING: Text =
    Text::new("没有可以打包的图片，请先勾选已保存的图片。", "There is nothing to pack. Select stored pictures first.");
/// Why there is no ZIP.
pub const ZIP_TOO_MANY: Text = Text::new(
    "这里超过 {most} 张，一次打包不下。请用日期或其他筛选缩小范围。",
    "These are more than {most} pictures, the most one ZIP takes. Narrow them by date or another filter.",
);
/// How long WeChat keeps a picture that is not here yet.
pub const LEFT: Text = Text::new("微信还留 {span}", "WeChat keeps it {span} more");
/// Detail: how long that is.
pub const LIFE: Text = Text::new("还剩", "Time left");
/// Link to the page of one picture.
pub const ALL_DETAILS: Text = Text::new("看全部", "See all");
/// Page `/media/zips`, and the link to it.
pub const ZIPS: Text = Text::new("我的 ZIP", "My ZIPs");
/// Line under the head.
pub const ZIPS_LINE: Text = Text::new(
    "你要过的 ZIP 在一天内随时可以下载；中断的下载，浏览器会从断开的地方继续。",
    "ZIPs you asked for can be fetched for a day. Where a download broke off, the browser goes on from there.",
);
/// Where there is none.
pub const ZIPS_NONE: Text = Text::new("这一天里你还没有要过 ZIP", "You have asked for no ZIP within a day");
/// Column.
pub const ZIPS_FILE: Text = Text::new("文件", "File");
/// Column.
pub const ZIPS_HELD: Text = Text::new("内容", "Content");
/// Column.
pub const ZIPS_ASKED: Text = Text::new("什么时候要的", "Asked for");
/// Column.
pub const ZIPS_FETCHED: Text = Text::new("下载进度", "Fetched");
/// How many pictures are inside.
pub const ZIPS_PICTURES: Text = Text::new("{n} 张", "{n} pictures");
/// Which part it is.
pub const ZIPS_PART: Text = Text::new("第 {part} 个，共 {parts} 个", "Part {part} of {parts}");
/// Before the moment when it ends.
pub const ZIPS_UNTIL: Text = Text::new("保留到", "Until");
/// Never fetched.
pub const ZIPS_NOT_YET: Text = Text::new("还没下载", "Not yet");
/// Fetched to its end.
pub const ZIPS_WHOLE: Text = Text::new("已下载完", "Whole");
/// Fetched in part.
pub const ZIPS_PARTLY: Text = Text::new("断在 {n}%", "Broke off at {n}%");
/// After asking for more than one file holds.
pub const ZIP_PARTS: Text = Text::new("图片很多，分成了 {n} 个文件，请逐个下载。", "That is {n} files. Fetch them one by one.");
/// A filter in the address that says nothing known.
pub const MISREAD: Text = Text::new(
    "地址里有看不懂的筛选（{filters}），没有用上：下面是不带它的结果。",
    "The address has filters that are not understood ({filters}); what is shown below leaves them out.",
);
/// The account keeps all it may.
pub const FULL: Text = Text::new(
    "空间配额用满了：新图片先等着，腾出空间或提高配额后自动下载。",
    "The quota is used up: new pictures wait, and are fetched by themselves once there is room or the quota is raised.",
);
/// Link beside it.
pub const FULL_MORE: Text = Text::new("看空间配额", "See the quota");
