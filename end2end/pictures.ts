// Pictures for a spec: uploaded to the simulator as a phone does it, handed in as a business system does, waited for in the gallery.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Page } from "@playwright/test";
import { expect, house } from "./house";
import { root } from "./where.mjs";

export const scene = (name: string) => readFileSync(join(root, "src", "sandbox", "scenes", `${name}.jpg`));

/** People of the simulator who get what is sent to them. */
export async function followers(page: Page) {
  const people = await (await page.request.get(`${house().sandbox}/sandbox/followers`)).json();
  return people.filter((one: { subscribed: boolean; receipt: string }) => one.subscribed && one.receipt === "success") as { openid: string }[];
}

/** Uploads and hands in. `kind` as the simulator has it: image, voice or video. */
export async function send(page: Page, user: string, title: string, question: string, bytes: Buffer, kind = "image") {
  const { base, sandbox } = house();
  const up = await page.request.post(`${sandbox}/sandbox/upload?kind=${kind}`, { data: bytes, headers: { "content-type": "application/octet-stream" } });
  const { media_id } = await up.json();
  const form = { media_id, user_id: user, answer_title: title, question_id: question };
  const handed = await page.request.post(`${base}/sandbox/phone/hand`, { form, headers: { origin: base }, maxRedirects: 0 });
  expect(handed.headers()["location"], "the server took it").toBe("/sandbox/phone?done=1");
}

/** Waits until so many of a title's pictures are stored. */
export async function stored(page: Page, title: string, count: number) {
  // Asked for without scripts: in an open page older ones come by themselves.
  const listed = async (path: string): Promise<number> => {
    const html = await (await page.request.get(house().base + path)).text();
    const next = html.match(/<a rel="next" href="([^"]+)"/)?.[1];
    const seen = html.match(/<li class="tile/g)?.length ?? 0;
    return next ? seen + (await listed(next.replaceAll("&amp;", "&"))) : seen;
  };
  await expect(async () => {
    expect(await listed(`/media?state=stored&title=${encodeURIComponent(title)}`)).toBe(count);
  }).toPass({ timeout: 30_000 + count * 1_000 });
}

/** Names of the files in a ZIP, by its central directory (APPNOTE 4.3.12). */
export function entries(zip: Buffer) {
  const end = zip.lastIndexOf("PK\x05\x06", undefined, "latin1");
  let at = zip.readUInt32LE(end + 16);
  const names: string[] = [];
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    names.push(zip.toString("utf8", at + 46, at + 46 + name!));
    at += 46 + name! + extra! + comment!;
  }
  return names;
}
