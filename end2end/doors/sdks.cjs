// co-wechat-api as it comes from npm; only its base address is another. With a port of Redis it takes the token from there.
const { execFileSync } = require("node:child_process");
const WechatAPI = require("co-wechat-api");
const [appId, prefix, key, redis] = process.argv.slice(2);

async function fromRedis() {
  const read = (...words) => execFileSync("redis-cli", ["-p", redis, ...words], { encoding: "utf8" }).trim();
  return { accessToken: read("GET", "access_token"), expireTime: Date.now() + Number(read("PTTL", "access_token")) };
}

async function refuse() {
  throw new Error("it wants to save a token of its own");
}

async function main() {
  const api = redis ? new WechatAPI(appId, key, fromRedis, refuse) : new WechatAPI(appId, key);
  api.prefix = prefix;
  const checked = (name, truth) => {
    console.log(`${truth ? "ok  " : "FAIL"} co-wechat-api: ${name}`);
    if (!truth) process.exit(1);
  };
  const followers = await api.getFollowers();
  checked("followers", followers.total > 0);
  const openid = followers.data.openid[0];
  checked("one person", (await api.getUser({ openid, lang: "zh_CN" })).openid === openid);
  checked("templates", (await api.getAllPrivateTemplate()).template_list.length > 0);
  if (redis) return;
  checked("ticket", (await api.getTicket()).ticket.length > 20);
  api.store = { accessToken: "wxr_gone", expireTime: Date.now() + 7_000_000 };
  checked("a token that went bad in between", (await api.getUser({ openid, lang: "zh_CN" })).openid === openid);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
