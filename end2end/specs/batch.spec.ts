// One template to many: composed by paste, file and tags, reviewed, watched, paused, resumed, partly failed, retried, exported; in both
// languages.
import { type APIRequestContext, type Page } from "@playwright/test";
import { axe, expect, fits, house, test, visit } from "../house";
import { everybody, template } from "../pages";

type Follower = { openid: string; subscribed: boolean; receipt: string; tags: number[] };
type Words = (typeof WORDS)["zh"];
const WORDS = {
  zh: {
    project: /缴费项目/, amount: /缴费金额/, date: /截止日期/, check: "检查并发送", file: "上传文件", choose: /CSV 或 XLSX/, upload: "上传",
    tags: "按标签", apply: "更新名单", send: (count: number) => `发送给 ${count} 人`, pause: "暂停", resume: "继续", paused: "已暂停", partly: "部分失败", failed: "失败",
    retry: "重试 1 人", retried: "正在重试 1 人", undo: "撤销发送", filter: "筛选", done: "已完成",
  },
  en: {
    project: /缴费项目/, amount: /缴费金额/, date: /截止日期/, check: "Check and send", file: "Upload a file", choose: /CSV or XLSX/,
    upload: "Upload", tags: "By tag", apply: "Update the list", send: (count: number) => `Send to ${count} recipients`, pause: "Pause", resume: "Resume", paused: "Paused",
    partly: "Partly failed", failed: "Failed", retry: "Retry 1", retried: "Retrying 1", undo: "Undo sending", filter: "Filter", done: "Done",
  },
};
const TAGS = [100, 101];

/** Who is on a list: 120 whom everything reaches, one whom WeChat cannot reach, and one openid that is none. Tags bring whom they bring. */
function listed(people: Follower[], way: string) {
  const known = people.filter((one) => one.subscribed);
  if (way === "tags") return known.filter((one) => one.tags.some((tag) => TAGS.includes(tag)));
  const broken = known.filter((one) => one.receipt.includes("system failed")).slice(-1);
  const nobody = { openid: "oNobody0000", subscribed: true, receipt: "none", tags: [] };
  return [...known.filter((one) => one.receipt === "success").slice(0, 120), ...broken, nobody];
}

const WAYS: Record<string, (page: Page, w: Words, openids: string[]) => Promise<void>> = {
  paste: async (page, _, openids) => page.getByLabel(/OpenID/i).fill([...openids, openids[0]].join("\n")),
  csv: async (page, w, openids) => {
    const list = ["姓名,openid", ...openids.map((openid, at) => `${at}号,${openid}`), `再来,${openids[0]}`].join("\r\n");
    await page.getByRole("button", { name: w.file }).click();
    await page.getByLabel(w.choose).setInputFiles({ name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(`\ufeff${list}\r\n`) });
    await page.getByRole("button", { name: w.upload, exact: true }).click();
  },
  tags: async (page, w) => {
    await page.getByRole("button", { name: w.tags }).click();
    for (const tag of TAGS) await page.locator(`input[name=tag][value="${tag}"]`).check();
    await page.getByRole("button", { name: w.apply }).click();
  },
};

/** How many messages with this text reached the simulator for somebody. */
async function arrived(request: APIRequestContext, openid: string, text: string) {
  const got: unknown[] = await (await request.get(`${house().sandbox}/sandbox/messages?openid=${openid}`)).json();
  return got.filter((one) => JSON.stringify(one).includes(text)).length;
}

for (const lang of ["zh", "en"] as const) {
  for (const way of Object.keys(WAYS)) {
    test(`a batch by ${way}, from the form to the export, ${lang}`, async ({ page, request, context, expected }) => {
      test.setTimeout(150_000);
      const { base, sandbox } = house();
      const w = WORDS[lang];
      const label = `观鸟${way}${lang}`;
      await context.addCookies([{ name: "lang", value: lang, url: base }]);
      const people: Follower[] = listed(await (await request.get(`${sandbox}/sandbox/followers`)).json(), way);
      const [good, failing] = [people.filter((one) => one.receipt === "success"), people.filter((one) => one.receipt !== "success")];
      const broken = failing.find((one) => one.receipt.includes("system failed"))!;
      await request.put(`${sandbox}/sandbox/dials`, { data: { path: "/cgi-bin/message/template/send", delay_ms: 2000 } });

      await visit(page, "/send");
      await template(page);
      await page.getByLabel(w.project).fill(way === "csv" ? `{{姓名}}${label}` : label);
      await page.getByLabel(w.amount).fill("1280.00元");
      await page.getByLabel(w.date).fill("2026年12月05日");
      await WAYS[way](page, w, people.map((one) => one.openid));
      if (way !== "paste") await expect(page.locator("[data-tally=good]").first()).toHaveText(String(people.length - people.filter((one) => one.receipt === "none").length));
      await page.getByRole("button", { name: w.check }).click();
      await expect(page).toHaveURL(/\/send\/[0-9a-f]+\/review$/);
      await axe(page);
      await everybody(page);
      await page.getByRole("button", { name: w.send(people.length) }).click();
      await expect(page).toHaveURL(/\/batches\/[0-9a-f]+$/);
      const batch = new URL(page.url()).pathname;
      await expect(page.getByRole("button", { name: w.undo })).toBeVisible();
      await axe(page);

      // It begins by itself; the page follows without being loaded by hand.
      await expect(page.getByRole("progressbar")).not.toHaveAttribute("aria-valuenow", "0", { timeout: 30_000 });
      await visit(page, batch);
      await page.getByRole("button", { name: w.pause }).click();
      await expect(page.locator("h1 + .badge, .page-head .badge").first()).toHaveText(w.paused);
      await axe(page);
      await request.put(`${sandbox}/sandbox/dials`, { data: {} });
      await page.getByRole("button", { name: w.resume }).click();
      // The page comes anew before it is asked for again, which would call the resuming off.
      await expect(page.locator(".page-head .badge").first()).not.toHaveText(w.paused);
      const settled = async () =>
        expect(async () => {
          await visit(page, batch);
          await expect(page.locator(".page-head .badge")).toHaveText(w.partly, { timeout: 500 });
          await expect(page.getByRole("link", { name: new RegExp(`^${w.failed}\\s*${failing.length}$`) })).toBeVisible({ timeout: 500 });
        }).toPass({ timeout: 40_000 });
      await settled();
      if (way !== "tags") await expect(page.locator(".reasons")).toContainText("40003");

      // Only whom a second try may reach gets one.
      await page.locator(".page-head").getByRole("button", { name: w.retry, exact: true }).click();
      await expect(page.getByText(w.retried)).toBeVisible();
      await expect.poll(() => arrived(request, broken.openid, label), { timeout: 20_000 }).toBe(2);
      await settled();
      for (const one of [good[0], good[1], good[good.length - 1]]) expect(await arrived(request, one.openid, label)).toBe(1);
      await page.getByRole("navigation", { name: /收件人结果|Recipients by outcome/ }).getByRole("link", { name: new RegExp(w.failed) }).click();
      await expect(page.locator("tbody tr")).toHaveCount(failing.length);
      await axe(page);
      await fits(page);

      const lines = async (slice: string) => (await (await page.request.get(`${batch}/export.csv${slice}`)).text()).trim().split("\r\n").slice(1);
      const all = await lines("");
      expect(all).toHaveLength(people.length);
      const refused = all.filter((line) => line.includes(",failed,"));
      expect(refused.map((line) => line.split(",")[0]).sort()).toEqual(failing.map((one) => one.openid).sort());
      expect((await lines("?state=failed")).sort()).toEqual(refused.sort());
      expect((await lines("?state=missed")).sort()).toEqual(refused.sort());

      await visit(page, "/batches");
      await expect(page.locator("tbody tr").first()).toContainText(w.partly);
      await axe(page);
      await fits(page);
      await page.locator("select[name=state]").selectOption({ label: w.done });
      await page.locator("input[name=touser]").fill(broken.openid);
      await page.getByRole("button", { name: w.filter, exact: true }).click();
      await expect(page.locator(`tbody a[href="${batch}"]`)).toBeVisible();
      await expect(page.locator("input[name=touser]")).toHaveValue(broken.openid);
      await axe(page);
    });
  }
}

test("a batch can be taken back before it begins", async ({ page, request, expected }) => {
  const { sandbox } = house();
  const people: Follower[] = await (await request.get(`${sandbox}/sandbox/followers`)).json();
  const two = people.filter((one) => one.subscribed).slice(-2).map((one) => one.openid);
  await visit(page, "/send");
  await template(page);
  await page.getByLabel(/缴费项目/).fill("收回来");
  await page.getByLabel(/缴费金额/).fill("1.00元");
  await page.getByLabel(/截止日期/).fill("2026年12月05日");
  await page.getByLabel(/OpenID/i).fill(two.join("\n"));
  await page.getByRole("button", { name: "检查并发送" }).click();
  await everybody(page);
  await page.getByRole("button", { name: "发送给 2 人" }).click();
  await page.getByRole("button", { name: "撤销发送" }).click();
  await expect(page.locator(".page-head .badge")).toHaveText("已取消");
  const got: unknown[] = await (await request.get(`${sandbox}/sandbox/messages?openid=${two[0]}`)).json();
  expect(JSON.stringify(got)).not.toContain("收回来");
});
