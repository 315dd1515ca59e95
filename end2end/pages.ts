/** Every page of the product that a first admin can open without choosing anything. */
export const PAGES = [
  "/", "/send", "/messages", "/batches", "/templates", "/media", "/media/desk", "/media/reasons", "/people", "/tokens", "/jssdk", "/keys",
  "/accounts", "/users", "/audit",
  "/settings", "/search", "/docs", "/profile", "/more", "/shortcuts",
];
