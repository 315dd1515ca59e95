import { type Page, expect } from "@playwright/test";
import { house } from "./house";

/** Every page of the product that a first admin can open without choosing anything. */
export const PAGES = [
  "/", "/send", "/send/test", "/messages", "/batches", "/batches/rules", "/templates", "/templates/library", "/media", "/media/desk", "/media/reasons", "/media/opinions", "/media/board", "/media/board/list", "/media/board/questions", "/media/asking", "/media/bin", "/media/zips", "/media/views", "/media/retention", "/people", "/people/codes", "/tokens", "/tokens/calls", "/tokens/history", "/tokens/mirror", "/tokens/quota", "/tokens/quota/clear", "/jssdk",
  "/keys", "/webhooks", "/accounts", "/users", "/audit",
  "/settings", "/search", "/docs", "/profile", "/more", "/shortcuts",
];

/** Lists, and where the address of one of their things begins. */
const LISTS = [
  ["/messages", /^\/messages\/[0-9a-f]{16,}$/],
  ["/batches", /^\/batches\/[0-9a-f]{16,}$/],
  ["/media?state=stored", /^\/media\/[0-9a-f]{16,}(\?|$)/],
  ["/templates", /^\/templates\/./],
  ["/people", /^\/people\/./],
  ["/accounts", /^\/accounts\/(?!new)./],
  ["/users", /^\/users\/./],
] as const;

/** On the page before sending: those who just got the template get it again, and those whom the followers do not have as well. */
export async function everybody(page: Page) {
  await expect(page).toHaveURL(/\/send\/[0-9a-f]+\/review$/);
  for (const name of ["got_today", "foreign"]) {
    const choice = page.locator(`[name=${name}][value=send]`);
    if (await choice.count()) await choice.check();
  }
}

/** Followers who had no message yet, the last of the list first: no other spec's sending stands between them and a message. */
export async function untouched(page: Page, count: number): Promise<string[]> {
  const { sandbox } = house();
  const sent: { openid: string }[] = await (await page.request.get(`${sandbox}/sandbox/messages`)).json();
  const had = new Set(sent.map((one) => one.openid));
  const people: { openid: string; subscribed: boolean }[] = await (await page.request.get(`${sandbox}/sandbox/followers`)).json();
  return people.filter((one) => one.subscribed && !had.has(one.openid)).map((one) => one.openid).slice(-count);
}

/** Chooses a template in the composer, as its users do: by the list that opens, and its search. */
export async function template(page: Page, title = "缴费通知") {
  await page.getByRole("button", { name: /^(更换|Change)$/ }).click();
  const list = page.locator("dialog#picker");
  await list.getByRole("searchbox").fill(title);
  await list.getByRole("button", { name: new RegExp(title) }).click();
  await expect(page.locator(".tpl b")).toHaveText(title);
}

/** Fills the composer for some people and gives the address of the page that reviews the draft, in the language of the page. */
export async function draft(page: Page, count = 1) {
  const people = await (await page.request.get(`${house().sandbox}/sandbox/followers`)).json();
  const ready = people.filter((one: { subscribed: boolean; receipt: string }) => one.subscribed && one.receipt === "success");
  await page.goto("/send");
  await template(page);
  await page.getByLabel(/缴费项目/).fill("冬季观鸟营");
  await page.getByLabel(/缴费金额/).fill("1280.00元");
  await page.getByLabel(/截止日期/).fill("2026年12月05日");
  await page.getByLabel(/OpenID/i).fill(ready.slice(0, count).map((one: { openid: string }) => one.openid).join("\n"));
  await page.getByRole("button", { name: /^(检查并发送|Check and send)$/ }).click();
  await everybody(page);
  return new URL(page.url()).pathname;
}

/** Sends a batch of three, and gives its page. */
async function batch(page: Page) {
  await draft(page, 3);
  await page.getByRole("button", { name: /^(发送给 3 人|Send to 3 recipients)$/ }).click();
  await expect(page).toHaveURL(/\/batches\/[0-9a-f]+$/);
  return new URL(page.url()).pathname;
}

/** The pages of one thing each: a message, a batch, a picture, a template, a person, an account, a user, and a draft under review. */
export async function details(page: Page) {
  const found: string[] = [];
  for (const [list, pattern] of LISTS) {
    await page.goto(list);
    const links = await page.locator("main a").evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? ""));
    const first = links.find((href) => pattern.test(href)) ?? (list === "/batches" ? await batch(page) : undefined);
    expect(first, `${list} leads to one of its things`).toBeTruthy();
    found.push(first!);
  }
  return [...found, await draft(page)];
}
