// Templates taken from WeChat's library and given up.
import { axe, expect, test, visit } from "../house";

test("a template is taken from the library and given up again", async ({ page, expected }) => {
  expected.allow(422);
  await visit(page, "/templates");
  await page.getByRole("link", { name: "从模板库添加" }).click();
  await axe(page);
  await page.getByLabel("模板编号").fill("43216");
  await page.getByRole("button", { name: "从模板库添加" }).click();
  await expect(page.getByText("类目模板要选关键词").first()).toBeVisible();
  await expect(page.getByLabel("模板编号")).toHaveValue("43216");
  await axe(page);
  await page.getByLabel("关键词").fill("订单号\n下单时间");
  await page.getByRole("button", { name: "从模板库添加" }).click();
  await expect(page).toHaveURL(/\/templates\/(?!library)[^/]+$/);
  await expect(page.getByRole("cell", { name: "下单时间" })).toBeVisible();
  await page.getByRole("link", { name: "删除模板" }).click();
  await axe(page);
  await page.getByRole("button", { name: "删除模板" }).click();
  await expect(page).toHaveURL(/\/templates$/);
  await expect(page.getByText("模板已删除")).toBeVisible();
});
