// Types of https://<wxdesk>/h5/wxdesk.js (see h5.md).

/** What `wx.config` takes besides the signature. */
export interface WxdeskOptions {
  /** Calls of the JS-SDK the page wants. */
  jsApiList?: string[];
  /** Open tags the page wants, such as `wx-open-launch-weapp`. */
  openTagList?: string[];
  /** Lets the WeChat app show every call's outcome. */
  debug?: boolean;
}

export interface WxdeskUpload {
  /**
   * An upload ticket, or a function that fetches one from your own server, which gets it by `POST /api/v1/media/tickets`.
   * A function is called after the visitor has chosen a picture. May be left out where `data-tickets` or `wxdesk.tickets` says
   * where tickets come from.
   */
  ticket?: string | ((upload: WxdeskUpload) => string | Promise<string>);
  /** For your own server; the ticket names the person. */
  user_id?: string | number;
  /** Needed where the ticket leaves it open. */
  answer_title?: string | number;
  /** Needed where the ticket leaves it open. */
  question_id?: string | number;
  /** As in `wx.chooseImage`. */
  sizeType?: Array<"original" | "compressed">;
  /** As in `wx.chooseImage`. */
  sourceType?: Array<"album" | "camera">;
}

export interface WxdeskPicture {
  /** The record's id; your server follows it by `GET /api/v1/media/{id}`. */
  id: string;
  state: "pending" | "downloading" | "stored" | "failed" | "expired";
}

/** What a promise is rejected with. */
export interface WxdeskError extends Error {
  /**
   * `refused`: the WeChat app did not accept the signature; `sdk_not_loaded`; `unreachable`: no answer, or this origin is none of the
   * account's H5 origins; `cancelled`: the visitor chose nothing; `failed`: a call of the JS-SDK; `no_ticket`: nobody said where
   * upload tickets come from; `http`: an answer without a code, its status in `message`; else a `code` of the wxdesk API, such as
   * `url_not_allowed` or `ticket_gone`, or of your ticket server.
   */
  code: string;
  /** What was signed last. */
  url?: string | 0;
  /** The JS-SDK's own answer, where it gave one. */
  wx?: { errMsg: string };
}

export interface Wxdesk {
  /**
   * Signs this page and configures the JS-SDK; gives `wx`. Repeated calls with the same options cost nothing while the signature
   * holds; without options those of the last call stand.
   */
  ready(options?: WxdeskOptions): Promise<any>;
  /**
   * Lets the visitor choose a picture and hands it to wxdesk. Where the page called `ready` before, its `jsApiList` has to name
   * `chooseImage` and `uploadImage`; else that is done here.
   */
  uploadImage(upload: WxdeskUpload): Promise<WxdeskPicture>;
  /**
   * Where upload tickets come from: an address of your own server, which is posted `user_id`, `answer_title` and `question_id` as JSON
   * and answers a ticket as text or `{ticket}`; or a function. `data-tickets` of the script says the same.
   */
  tickets?: string | ((upload: WxdeskUpload) => string | Promise<string>);
}

declare global {
  interface Window {
    wxdesk: Wxdesk;
  }
  const wxdesk: Wxdesk;
}
