import { blocksOf } from "./slack-blocks.ts";
import { createTell, NotTold, type Tell, type TellDeps } from "./tell.ts";

export interface SlackDeps extends TellDeps {
  /** The operator's secret, from the environment and from nowhere else. */
  readonly url: string;
}

const ORIGIN = "https://hooks.slack.com";
const PATH = /^\/services\/[A-Za-z0-9]+\/[A-Za-z0-9]+\/[A-Za-z0-9]+$/u;

/** Sends notices to a Slack webhook. The host is fixed. */
export function createSlack({ url, ...deps }: SlackDeps): Tell {
  return createTell(
    "Slack",
    ({ notice }) => ({ url: allowed(url), headers: {}, body: JSON.stringify(blocksOf(notice)) }),
    deps,
  );
}

/** The only addresses a notice may go to: `https://hooks.slack.com/services/T…/B…/…`. */
function allowed(url: string): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !isSlack(parsed) || !url.startsWith(`${ORIGIN}/services/`))
    throw new NotTold(`SLACK_WEBHOOK_URL is not of the form ${ORIGIN}/services/…`);
  return parsed;
}

function isSlack({ origin, username, password, search, pathname }: URL): boolean {
  return origin === ORIGIN && username === "" && password === "" && search === "" && PATH.test(pathname);
}
