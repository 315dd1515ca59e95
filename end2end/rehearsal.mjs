// A rehearsal of large sendings, as an operator does them in a browser against the simulator: 20,000 people by file, by tags and pasted;
// approval, a few first, the rules, pause, retry and cancel; kill -9 in between. At the end the batch pages, the exports and the simulator's
// ledger must agree person by person. `make rehearsal`; WXDESK_PEOPLE for another size, WXDESK_PICTURES for a folder of screenshots.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, openSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium as browsers } from "@playwright/test";
import { freePort } from "./start.mjs";
import { chromium, root } from "./where.mjs";

const PEOPLE = Number(process.env.WXDESK_PEOPLE ?? 20_000);
const PICTURES = process.env.WXDESK_PICTURES;
const BIN = process.env.WXDESK_BIN ?? join(root, "target/release/wxdesk");
const PASSWORD = "correct horse 服务台";
const [APP, SEND] = ["wxsandbox0000001", "/cgi-bin/message/template/send"];
const folder = mkdtempSync(join(tmpdir(), "wxdesk-rehearsal-"));
const data = join(folder, "data");
const [desk, ops, platform] = [await freePort(), await freePort(), await freePort()];
const [base, sandbox] = [`http://127.0.0.1:${desk}`, `http://127.0.0.1:${platform}`];
const started = Date.now();

const say = (...words) => console.log(`${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s`, ...words);
function must(fact, what) {
  if (!fact) throw new Error(`not so: ${what}`);
  say("✓", what);
}
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
async function until(what, ask, seconds = 120) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await pause(200)) if (await ask().catch(() => false)) return say("✓", what);
  throw new Error(`not within ${seconds} s: ${what}`);
}
const cli = (input, ...args) => execFileSync(BIN, [...args, "--data", data], { input, encoding: "utf8" }).trim();
const json = async (path, method = "GET", body) => {
  const answer = await fetch(sandbox + path, { method, headers: { "content-type": "application/json" }, body: body && JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return text && JSON.parse(text);
};

// The two processes; the simulator lives through every kill of the other.
let server;
async function serve() {
  const log = openSync(join(folder, "server.log"), "a");
  const args = ["serve", "--listen", `127.0.0.1:${desk}`, "--ops-listen", `127.0.0.1:${ops}`, "--public-url", base, "--data", data, "--send-rate", "0", "--send-parallel", "32"];
  server = spawn(BIN, args, { stdio: ["ignore", log, log] });
  await until("the server answers", async () => (await fetch(`${base}/login`)).ok, 20);
}
async function kill() {
  server.kill("SIGKILL");
  await new Promise((done) => server.once("exit", done));
  say("· kill -9");
  await serve();
}
const world = spawn(BIN, ["sandbox", "--listen", `127.0.0.1:${platform}`], { stdio: ["ignore", "pipe", "ignore"] });
const secret = await new Promise((resolve) => {
  let said = "";
  world.stdout.on("data", (chunk) => {
    const found = (said += chunk).match(/^AppSecret: (\S+)$/m);
    if (found) resolve(found[1]);
  });
});
process.on("exit", () => [server, world].forEach((one) => one?.kill("SIGKILL")));

cli(secret, "account", "add", "--app-id", APP, "--name", "青禾", "--api-base", sandbox, "--callback-token", "rehearsal", "--js-domain", "127.0.0.1");
for (const name of ["周敏", "林一帆"]) cli(PASSWORD, "user", "add", name, "--role", "admin");
await json("/sandbox/callback", "PUT", { app_id: APP, url: `${base}/callback/${APP}`, token: "rehearsal", mode: "plain" });
const crowd = (await json("/sandbox/followers", "POST", { count: PEOPLE * 2 })).filter((one) => one.openid.startsWith("oCrowd"));
await serve();

const browser = await browsers.launch({ executablePath: chromium(), args: ["--no-sandbox", "--disable-gpu"] });
async function enter(name) {
  const page = await (await browser.newContext({ baseURL: base, locale: "zh-CN", viewport: { width: 1440, height: 900 } })).newPage();
  page.on("pageerror", (error) => say("! page:", error.message));
  await page.goto("/login");
  await page.locator("input[name=name]").fill(name);
  await page.locator("input[name=password]").fill(PASSWORD);
  await page.getByRole("button", { name: "登录", exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/login"));
  return page;
}
const [page, second] = [await enter("周敏"), await enter("林一帆")];
page.setDefaultTimeout(60_000);
const visit = async (path, at = page) => {
  await at.goto(path);
  await at.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
};
let pictures = 0;
async function shot(name) {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${String(++pictures).padStart(2, "0")}-${name}.png`), fullPage: true });
}
const press = (name, at = page) => at.getByRole("button", { name, exact: true }).first().click();
const badge = async (id) => {
  await visit(`/batches/${id}`);
  return (await page.locator(".page-head .badge").first().textContent()).trim();
};
const is = (id, ...words) => until(`批次${words.join("或")}`, async () => words.includes(await badge(id)), 300);
const sends = async () => (await json("/sandbox/messages")).length;

/** The list of a batch as its export says. */
async function exported(id) {
  const text = await (await page.request.get(`/batches/${id}/export.csv`)).text();
  const [head, ...rows] = text.replace(/^\ufeff/, "").trim().split("\r\n").map((line) => line.split(","));
  return rows.map((row) => Object.fromEntries(head.map((name, at) => [name, row[at]])));
}
/** Page, export and ledger of a batch agree person by person; `mark` tells its messages from others. */
async function agree(id, mark, count) {
  const rows = await exported(id);
  const got = new Map();
  for (const one of await json("/sandbox/messages")) if (JSON.stringify(one).includes(mark)) got.set(one.openid, [...(got.get(one.openid) ?? []), one]);
  const [wrong, on] = [[], new Set(rows.map((row) => row.touser))];
  const totals = { unknown: 0 };
  for (const row of rows) {
    const there = got.get(row.touser) ?? [];
    totals[row.state] = (totals[row.state] ?? 0) + 1;
    if (row.state === "unknown" && there.length <= 1) continue;
    const came = ["accepted", "delivered"].includes(row.state) || (row.state === "failed" && row.msgid);
    const tries = new Set(there.map((one) => one.client_msg_id)).size;
    const same = !came || there.some((one) => String(one.msgid) === row.msgid.replace(/^'/, ""));
    if (Boolean(came) !== there.length > 0 || !same || (came && row.state !== "failed" && there.length !== 1) || tries > 2) wrong.push([row, there]);
  }
  if (wrong.length) console.log(JSON.stringify(wrong.slice(0, 3), null, 1));
  must(rows.length === count && on.size === count, `导出里 ${count} 人，没有重复`);
  must(wrong.length === 0, `导出与模拟器逐人一致：${JSON.stringify(totals)}`);
  // Being called, claimed for the next calls, answered and not yet on disk: 32 each.
  must(totals.unknown <= 96, `不确定的不多于当时在发的：${totals.unknown}，其中微信收到 ${rows.filter((row) => row.state === "unknown" && got.has(row.touser)).length}`);
  must([...got.keys()].every((openid) => on.has(openid)), "没有名单外的人收到");
  await visit(`/batches/${id}`);
  const shown = await page.getByRole("navigation", { name: "收件人结果" }).innerText();
  const number = (word) => Number((shown.match(new RegExp(`${word}\\s*([\\d,]+)`)) ?? [, "0"])[1].replaceAll(",", ""));
  const [delivered, failed] = [number("已送达"), number("失败")];
  must(number("全部") === count && delivered === (totals.delivered ?? 0) && failed === (totals.failed ?? 0), `页面与导出一致：${shown.replace(/\s+/g, " ")}`);
}

/** Every row has come to its end. */
async function settled(id, ends = ["delivered", "failed"]) {
  const open = async () => (await exported(id)).filter((row) => !ends.includes(row.state));
  await until("回执都到了", async () => !(await open()).length, 60).catch(async (error) => {
    console.log(JSON.stringify(await open(), null, 1));
    throw error;
  });
}

async function compose(mark) {
  await visit("/send");
  await press("更换");
  await page.locator("#picker").getByRole("searchbox").fill("缴费");
  await page.locator("#picker").getByRole("button", { name: /缴费通知/ }).click();
  await page.getByLabel(/缴费项目/).waitFor();
  await page.waitForFunction(() => document.documentElement.dataset.hydrated === "true");
  await page.getByLabel(/缴费项目/).fill(mark);
  await page.getByLabel(/缴费金额/).fill("1280.00元");
  await page.getByLabel(/截止日期/).fill("2026年12月05日");
}
async function confirm(count, previews) {
  await page.getByRole("button", { name: "检查并发送" }).click();
  await page.waitForURL(/\/review$/);
  for (const name of ["got_today", "foreign"]) {
    const choice = page.locator(`[name=${name}][value=send]`);
    if (await choice.count()) await choice.check();
  }
  await shot("review");
  must((await page.locator(".pv").count()) === previews, `收件人看到的样子：${previews} 张预览`);
  const asked = page.locator("#count");
  await asked.fill(String(count - 1));
  await page.getByLabel("你的登录密码").fill(PASSWORD);
  await page.locator("button[value=send]").click();
  must((await asked.getAttribute("aria-invalid")) === "true" || (await page.getByRole("alert").count()) > 0, "错的人数发不出去");
  await page.locator("#count").fill(String(count));
  await page.getByLabel("你的登录密码").fill(PASSWORD);
  await page.locator("button[value=send]").click();
  await page.waitForURL(/\/batches\/[0-9a-f]+$/);
  return new URL(page.url()).pathname.split("/").pop();
}
async function approve(id) {
  await visit(`/batches/${id}`, second);
  await press("批准发送", second);
  await second.getByText("已批准").first().waitFor();
}

// Templates, people, rules.
await visit("/templates");
await press("从微信同步");
await until("模板同步好了", async () => {
  await visit("/send");
  return (await page.locator("#picker li").count()) > 3;
});
await visit("/people");
await press("从微信同步");
await until(`${PEOPLE * 2} 多位关注者同步好了`, async () => {
  await visit("/people");
  return !(await page.getByText("正在从微信同步").count()) && (await page.locator("main").innerText()).replaceAll(",", "").match(/(\d{4,})/)?.[1] >= PEOPLE * 2;
}, 240);
await visit("/batches/rules");
for (const [field, value] of [["weekly_cap", "3"], ["approve_above", String(PEOPLE / 2)], ["canary_first", "200"], ["canary_percent", "60"], ["brake_percent", "40"], ["link_hosts", "*.qinghe.example"]])
  await page.locator(`[name=${field}]`).fill(value);
await shot("rules");
await press("保存");
await page.getByText("发送规则已保存").waitFor();

// By file: every person their own value; doubles, broken lines and strangers; approval; a few first; troubles; kills; pause; retry.
const listed = crowd.slice(0, PEOPLE).map((one) => one.openid);
const lines = [...listed.map((openid, at) => `${at}号家长,${openid}`), `再来,${listed[0]}`, "坏的,不是 openid", "陌生人,oNobody000000000000000000000"];
await compose("{{姓名}}甲班冬令营");
await press("上传文件");
await page.getByLabel(/CSV 或 XLSX/).setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(`\ufeff姓名,openid\r\n${lines.join("\r\n")}\r\n`) });
await press("上传");
await page.locator("[data-tally=good]").first().waitFor();
must((await page.locator("[data-tally=good]").first().innerText()).replaceAll(",", "") === String(PEOPLE), "名单：重复的并了，坏的跳过了");
must((await page.locator("[data-tally=foreign]").innerText()) === "1", "不在关注者里的认出来了");
await shot("composed");
await json("/sandbox/dials", "PUT", { path: SEND, delay_ms: 40, busy_percent: 3, bad_gateway_percent: 1, receipt_doubled_percent: 10, receipt_late_ms: 300 });
let id = await confirm(PEOPLE + 1, 3);
must((await page.getByText("等另一位管理员批准").count()) > 0 && (await sends()) === 0, "批准之前一条也没有发出");
await approve(id);
await until("先发的一小批发出去了", async () => (await sends()) >= 190);
await visit(`/batches/${id}`);
await shot("canary");
await until("回执够了，其余的开始发", async () => (await sends()) > 1_500);
await kill();
await until("重启后接着发", async () => (await sends()) > PEOPLE / 4);
await json("/sandbox/dials", "PUT", { path: SEND, delay_ms: 40, busy_percent: 3, unfollow: 25 });
await until("一小批退订不碍事", async () => (await sends()) > PEOPLE / 3);
await json("/sandbox/dials", "PUT", { path: SEND, delay_ms: 40, unfollow: 90 });
await is(id, "已暂停");
await shot("braked");
must(/拒|退订|刹/.test(await page.locator("main").innerText()), `拒收突然变多，自动刹住：${(await page.getByRole("alert").or(page.locator(".notice")).first().innerText()).replace(/\s+/g, " ")}`);
await json("/sandbox/dials", "PUT", { path: SEND, delay_ms: 40, busy_percent: 3, receipt_doubled_percent: 10, receipt_late_ms: 300 });
await press(/^继续发/);
await until("放开后接着发", async () => (await sends()) > PEOPLE * 0.45);
await visit(`/batches/${id}`);
await shot("running");
await press(/^暂停/);
await page.getByText("已暂停").first().waitFor();
await pause(500);
const still = await sends();
await kill();
await pause(1_500);
must((await sends()) === still, "暂停后一条也不再发，重启以后也是");
await visit(`/batches/${id}`);
await press(/^继续发/);
await until("又过了一段", async () => (await sends()) > (PEOPLE * 3) / 5);
await kill();
await is(id, "部分失败", "已完成", "有不确定");
await settled(id);
await visit(`/batches/${id}`);
await shot("partly");
await agree(id, "甲班冬令营", PEOPLE + 1);
const reasons = await page.locator(".reasons").innerText();
must(/43004/.test(reasons) && /40003/.test(reasons), "每种失败都说了原因");

// By tags: who is in either; those who got it today are skipped; cancelled half way.
await json("/sandbox/dials", "PUT", { path: SEND, delay_ms: 40 });
await compose("乙班春令营");
await press("按标签");
for (const tag of [100, 101, 102, 103]) await page.locator(`input[name=tag][value="${tag}"]`).check();
await press("更新名单");
await page.locator("[data-tally=good]").first().waitFor();
const tagged = Number((await page.locator("[data-tally=good]").first().innerText()).replaceAll(",", ""));
say(`· 按标签 ${tagged} 人`);
await page.getByRole("button", { name: "检查并发送" }).click();
await page.waitForURL(/\/review$/);
await page.locator("[name=got_today][value=skip]").check();
await shot("tags");
const label = await page.locator("button[value=send]").innerText();
await page.locator("#count").fill("1");
await page.getByLabel("你的登录密码").fill(PASSWORD);
await page.locator("button[value=send]").click();
const told = (await page.locator("#count-error").innerText()).replaceAll(",", "").match(/\d{3,}/)?.[0] ?? label.replaceAll(",", "").match(/\d{3,}/)[0];
await page.locator("[name=got_today][value=skip]").check();
await page.locator("#count").fill(told);
await page.getByLabel("你的登录密码").fill(PASSWORD);
await page.locator("button[value=send]").click();
await page.waitForURL(/\/batches\/[0-9a-f]+$/);
id = page.url().split("/").pop();
if ((await badge(id)) === "待批准" || (await page.getByText("等另一位管理员批准").count())) await approve(id);
const before = await sends();
await until("按标签的在发", async () => (await sends()) > before + Number(told) / 3);
await kill();
await visit(`/batches/${id}`);
await page.getByRole("link", { name: /取消剩余/ }).click();
await page.getByRole("button", { name: /取消剩余/ }).click();
await is(id, "已取消");
await pause(1_000);
const stopped = await sends();
await pause(1_500);
must((await sends()) === stopped, "取消之后一条也不再发");
// Who was being called when it was killed and was then cancelled stays uncertain: nobody may call them again, and nobody knows.
await settled(id, ["delivered", "failed", "cancelled", "unknown"]);
await agree(id, "乙班春令营", Number(told));

// Pasted, with links: one to a foreign host is refused, one to ours goes out; the first list's people have had one, the cap lets them have two more.
await compose("丙班夏令营");
await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
await page.evaluate((text) => navigator.clipboard.writeText(text), listed.join("\n"));
await page.getByLabel(/OpenID/i).focus();
const pasting = Date.now();
await page.keyboard.press("Control+V");
await page.waitForFunction((count) => document.querySelector("textarea[name=recipients]").value.split("\n").length === count, PEOPLE);
must(Date.now() - pasting < 5_000, `${PEOPLE} 行粘贴用了 ${Date.now() - pasting} 毫秒`);
await page.getByText("打开网页").first().click();
await page.locator("[name=url]").fill("https://elsewhere.example/pay");
await page.getByRole("button", { name: "检查并发送" }).click();
await page.getByText("这个链接的域名不在允许之列").first().waitFor();
await page.locator("[name=url]").fill("https://h5.qinghe.example/pay?id=3");
id = await confirm(PEOPLE, 3);
await approve(id);
const third = await sends();
await until("粘贴的在发", async () => (await sends()) > third + PEOPLE / 2, 200);
await kill();
await is(id, "部分失败", "已完成", "有不确定");
await settled(id);
await shot("pasted");
await agree(id, "丙班夏令营", PEOPLE);

await browser.close();
say("全部一致");
process.exit(0);
