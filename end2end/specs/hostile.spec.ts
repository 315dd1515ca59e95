// Pictures that are something else as well (threat T2): whatever of them is kept and given out, in Chromium nothing of it runs.
import { type Page } from "@playwright/test";
import { expect, house, test } from "../house";
import { scene, send } from "../pictures";

/** Leaves a trace wherever it runs, also where it may not touch its own page. */
const RUN = `window.ran=1;document.title="ran";new Image().src="/ran-"+location.pathname;`;
const SCRIPT = `<script>${RUN}</script>`;
const TITLE = "不速之客";

const marked = (jpeg: Buffer) => {
  const text = Buffer.from(`Exif\0\0II*\0\b\0\0\0\0\0${SCRIPT}<svg xmlns="http://www.w3.org/2000/svg" onload='${RUN}'>`);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length + 2);
  return Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xe1]), length, text, jpeg.subarray(2)]);
};
const gif = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");

/** What is sent, and whether it is a picture after all. */
const SENT: [string, Buffer, boolean][] = [
  ["svg", Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload='${RUN}'><script>${RUN}</script></svg>`), false],
  ["html", Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.from(`<!doctype html><title>a.jpg</title>${SCRIPT}`)]), false],
  ["gifar", Buffer.concat([gif, Buffer.from(`PK\u0003\u0004 a.jar */;${RUN}/* ${SCRIPT}`)]), true],
  ["exif", marked(scene("bird")), true],
];

/** The id of the one picture of a question, once it is settled. */
async function settled(page: Page, question: string, state: string) {
  let found: string | undefined;
  await expect(async () => {
    const path = `/media?title=${encodeURIComponent(TITLE)}&question=${question}&state=${state}`;
    found = (await (await page.request.get(house().base + path)).text()).match(/\/media\/([0-9a-f]{32})/)?.[1];
    expect(found).toBeTruthy();
  }).toPass({ timeout: 30_000 });
  return found as string;
}

for (const [name, bytes, kept] of SENT) {
  test(`nothing runs of a picture that is ${name} as well`, async ({ page, context }) => {
    // What is no picture even by its first bytes comes in as a voice: WeChat takes it for one, too.
    await send(page, "陌生人", TITLE, name, bytes, name === "svg" ? "voice" : "image");
    const id = await settled(page, name, kept ? "stored" : "failed");
    // A page without the watch on its console: being refused to run is said there.
    const bare = await context.newPage();
    const asked: string[] = [];
    bare.on("request", (request) => asked.push(new URL(request.url()).pathname));
    bare.on("dialog", (dialog) => asked.push(`/ran-${dialog.message()}`));
    for (const what of ["file", "thumb", "thumb?size=160"]) {
      const path = `/media/${id}/${what}`;
      const answer = await bare.goto(path);
      if (kept) {
        expect(answer?.status(), path).toBe(200);
        expect(answer?.headers()["content-type"], path).toMatch(/^image\/(jpeg|gif)$/);
        expect(answer?.headers()["x-content-type-options"]).toBe("nosniff");
        expect(answer?.headers()["content-security-policy"]).toContain("sandbox");
        expect(await bare.evaluate(() => document.contentType), path).toMatch(/^image\//);
        if (what !== "file") expect((await answer?.body())?.includes("window.ran"), "a thumbnail has nothing of it").toBe(false);
      } else {
        expect(answer?.status(), path).toBe(404);
      }
      expect(await bare.evaluate(() => [(window as { ran?: number }).ran ?? 0, document.title === "ran"]), path).toEqual([0, false]);
    }
    // From within one of our own pages, by every element that could run something.
    await bare.goto("/media");
    await bare.evaluate(async (path) => {
      const settled = ["script", "iframe", "object", "embed", "img"].map((name) => {
        const element = document.createElement(name);
        const ended = new Promise((resolve) => ["load", "error"].forEach((event) => element.addEventListener(event, resolve)));
        element.setAttribute(name === "object" ? "data" : "src", path);
        document.body.append(element);
        return Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 2000))]);
      });
      await Promise.all(settled);
    }, `/media/${id}/file`);
    expect(await bare.evaluate(() => (window as { ran?: number }).ran ?? 0)).toBe(0);
    for (const frame of bare.frames()) expect(await frame.evaluate(() => (window as { ran?: number }).ran ?? 0)).toBe(0);
    expect(asked.filter((path) => path.startsWith("/ran-"))).toEqual([]);
    await bare.close();
  });
}
