// Fetches new messages and adds them to the chat. Without it the page reloads itself instead.
(function () {
  "use strict";
  const chat = document.getElementById("chat");
  const openForm = document.getElementById("open");

  function element(name, className, text) {
    const node = document.createElement(name);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function card(message) {
    const article = element("article", "wx-card");
    article.dataset.msgid = message.msgid;
    const at = new Date(message.at_ms + 8 * 3600000).toISOString();
    article.append(element("p", "phone-time", at.slice(0, 10) + " " + at.slice(11, 16)), element("h3", "", message.title));
    const list = element("dl");
    for (const row of message.rows) {
      const pair = element("div");
      pair.append(element("dt", "", row.label), element("dd", "", row.value));
      list.append(pair);
    }
    article.append(list);
    if (message.url && /^https?:\/\//.test(message.url)) {
      const footer = element("footer");
      const link = element("a", "", chat.dataset.details);
      link.href = message.url;
      link.target = "_blank";
      link.rel = "noopener";
      footer.append(link);
      article.append(footer);
    }
    return article;
  }

  async function refresh() {
    try {
      const query = new URLSearchParams({ openid: chat.dataset.openid, after: chat.dataset.after });
      const answer = await fetch("/sandbox/phone/messages.json?" + query);
      if (answer.ok) {
        for (const message of (await answer.json()).messages) {
          chat.querySelector(".empty").hidden = true;
          chat.append(card(message));
          chat.dataset.after = message.msgid;
          chat.scrollTop = chat.scrollHeight;
        }
      }
    } catch {
      // The server restarts, most likely; the next round will tell.
    }
    setTimeout(refresh, 1500);
  }

  openForm.addEventListener("submit", function (event) {
    const address = openForm.elements.url.value;
    if (/^https?:\/\//.test(address)) {
      event.preventDefault();
      window.open(address, "_blank", "noopener");
    }
  });

  chat.scrollTop = chat.scrollHeight;
  refresh();
})();
