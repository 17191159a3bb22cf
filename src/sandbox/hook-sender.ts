import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import { request as secureRequest } from "node:https";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { ApiError, notFound } from "./api-error.ts";
import { stamp } from "./clock.ts";
import type { Happening, Installation, World } from "./model.ts";
import type { Random } from "./random.ts";
import { installationCovers } from "./access.ts";
import { organizationSimpleShape, repositoryShape, userShape, type Shape } from "./shapes.ts";
import { accountById, isOrganization, newId, nodeId } from "./world.ts";

export interface SenderOptions {
  /** Share of deliveries sent a second time under the same GUID. */
  duplicate?: number;
  /** Share of deliveries that let the next one pass. */
  reorder?: number;
  /** Real milliseconds between an event and its delivery. */
  delayMs?: number;
  /** How many deliveries may be under way at once; 1 keeps them in order. */
  concurrency?: number;
  /** When off, events are logged as not sent (status 0), as if GitHub's sender stood still. */
  paused?: boolean;
}

/** One line of the delivery log. */
export interface Delivery {
  id: number;
  guid: string;
  deliveredAt: string;
  redelivery: boolean;
  duration: number;
  status: string;
  statusCode: number;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
}

interface Parcel extends Delivery {
  atMs: number;
  body: string | undefined;
  packed: Buffer | undefined;
  requestHeaders: Record<string, string>;
  response: { headers: Record<string, string>; payload: string };
  notBefore: number;
}

export interface HookSender {
  emit(happening: Happening): void;
  ping(): void;
  set(options: SenderOptions): void;
  list(): Delivery[];
  find(id: number): {
    delivery: Delivery;
    request: { headers: Record<string, string>; body: string };
    response: { headers: Record<string, string>; payload: string };
  };
  redeliver(which: number | "all", withinDays?: number): number;
  busy(): boolean;
  /** How many deliveries wait or are under way. */
  waiting(): number;
  clear(): void;
  close(): void;
}

const TIMEOUT_MS = 10_000;
const REDELIVERY_DAYS = 3;
const PACK_FROM = 500;
const MAX_PAYLOAD = 25 * 1024 * 1024;

/** `checkWebhook` sees every body before it leaves; `luck` decides what is duplicated and reordered. */
export function hookSender(
  world: World,
  { luck, checkWebhook }: { luck: Random; checkWebhook: (id: string, body: unknown) => void },
): HookSender {
  const options = { duplicate: 0, reorder: 0, delayMs: 0, concurrency: 1, paused: false };
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const log: Parcel[] = [];
  const byId = new Map<number, Parcel>();
  let queue: Parcel[] = [];
  let underWay = 0;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function emit(happening: Happening): void {
    for (const installation of listeners(world, happening)) {
      const body = bodyOf(world, happening, installation);
      checkWebhook(webhookId(happening), body);
      if (world.app.webhookUrl === undefined) continue;
      const parcel = enqueue({ happening, installation, text: JSON.stringify(body) });
      if (parcel !== undefined && luck.chance(options.duplicate)) again(parcel, false);
    }
  }

  function ping(): void {
    const body = { zen: "Keep it logically awesome.", hook_id: world.app.id, hook: hookShape(world) };
    checkWebhook("ping", body);
    if (world.app.webhookUrl === undefined) return;
    enqueue({
      happening: { event: "ping", action: undefined, sender: world.bot, extra: {} },
      installation: undefined,
      text: JSON.stringify(body),
    });
  }

  function enqueue(post: {
    happening: Happening;
    installation: Installation | undefined;
    text: string;
  }): Parcel | undefined {
    const { happening, installation, text } = post;
    // Bigger events are not delivered at all, and not logged either.
    if (text.length > MAX_PAYLOAD) return undefined;
    const guid = world.random.guid();
    return put({
      id: newId(world),
      guid,
      redelivery: false,
      event: happening.event,
      action: happening.action ?? null,
      installationId: installation?.id ?? null,
      repositoryId: happening.repository?.id ?? null,
      body: text,
      requestHeaders: headersFor(world, { event: happening.event, guid, text }),
    });
  }

  function again(parcel: Parcel, redelivery: boolean): Parcel {
    const text = bodyText(parcel);
    const { guid, event, action, installationId, repositoryId } = parcel;
    const requestHeaders = headersFor(world, { event, guid, text });
    return put({
      id: newId(world),
      guid,
      redelivery,
      event,
      action,
      installationId,
      repositoryId,
      body: text,
      requestHeaders,
    });
  }

  function put(
    fresh: Pick<
      Parcel,
      "id" | "guid" | "redelivery" | "event" | "action" | "installationId" | "repositoryId" | "body" | "requestHeaders"
    >,
  ): Parcel {
    const parcel: Parcel = {
      ...fresh,
      atMs: world.clock.ms(),
      deliveredAt: stamp(world.clock.ms()),
      duration: 0,
      status: "queued",
      statusCode: 0,
      packed: undefined,
      response: { headers: {}, payload: "" },
      notBefore: options.delayMs === 0 ? 0 : performance.now() + options.delayMs,
    };
    // A long queue waits packed: ten thousand bodies would not fit otherwise.
    if (queue.length > PACK_FROM && parcel.body !== undefined) {
      parcel.packed = pack(parcel.body);
      parcel.body = undefined;
    }
    log.push(parcel);
    byId.set(parcel.id, parcel);
    queue.push(parcel);
    pump();
    return parcel;
  }

  function pump(): void {
    if (closed) return;
    while (!options.paused && underWay < options.concurrency && queue.length > 0) {
      const wait = (queue[0]?.notBefore ?? 0) - performance.now();
      if (wait > 0) {
        timer ??= setTimeout(() => {
          timer = undefined;
          pump();
        }, wait);
        return;
      }
      // A reordered delivery lets up to four later ones pass.
      const place =
        queue.length > 1 && luck.chance(options.reorder) ? 1 + luck.below(Math.min(4, queue.length - 1)) : 0;
      const [parcel] = queue.splice(place, 1);
      if (parcel === undefined) return;
      underWay += 1;
      void send(parcel).finally(() => {
        underWay -= 1;
        pump();
      });
    }
  }

  function send(parcel: Parcel): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const started = performance.now();
    const text = bodyText(parcel);
    const settle = (status: string, code: number): void => {
      if (parcel.status !== "queued") return;
      parcel.status = status;
      parcel.statusCode = code;
      parcel.duration = Math.round(performance.now() - started) / 1000;
      parcel.packed ??= pack(text);
      parcel.body = undefined;
      resolve();
    };
    const target = world.app.webhookUrl;
    if (target === undefined) {
      settle("failed to connect to host", 502);
      return promise;
    }
    const secure = target.startsWith("https:");
    const sent = (secure ? secureRequest : request)(target, {
      method: "POST",
      ...(secure ? {} : { agent }),
      headers: { ...parcel.requestHeaders, "content-length": Buffer.byteLength(text) },
    });
    const deadline = setTimeout(() => {
      settle("timed out", 504);
      sent.destroy();
    }, TIMEOUT_MS);
    sent.on("response", (response) => {
      let answer = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (answer = (answer + chunk).slice(0, 4096)));
      response.on("error", () => settle("failed to connect to host", 502));
      response.on("end", () => {
        clearTimeout(deadline);
        const code = response.statusCode ?? 500;
        const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        parcel.response = { headers: Object.fromEntries(headers), payload: answer };
        settle(code >= 200 && code < 300 ? "OK" : `Invalid HTTP Response: ${code}`, code);
      });
    });
    sent.on("error", () => {
      clearTimeout(deadline);
      settle("failed to connect to host", 502);
    });
    sent.end(text);
    return promise;
  }

  function redeliver(which: number | "all", withinDays = REDELIVERY_DAYS): number {
    const oldest = world.clock.ms() - withinDays * 86_400_000;
    if (which === "all") {
      const latest = new Map(log.map((parcel) => [parcel.guid, parcel]));
      const fresh = [...latest.values()].filter((parcel) => parcel.atMs >= oldest);
      for (const parcel of fresh) again(parcel, true);
      return fresh.length;
    }
    const parcel = byId.get(which);
    if (parcel === undefined) throw notFound();
    if (parcel.atMs < oldest)
      throw new ApiError(422, "Validation Failed", [
        {
          resource: "HookDelivery",
          code: "custom",
          message: "Deliveries older than three days cannot be redelivered.",
        },
      ]);
    again(parcel, true);
    return 1;
  }

  return {
    emit,
    ping,
    set(knobs) {
      Object.assign(options, knobs);
      pump();
    },
    redeliver,
    busy: () => underWay > 0 || (queue.length > 0 && !options.paused),
    waiting: () => underWay + queue.length,
    list: () => log.map(toDelivery),
    find(id) {
      const parcel = byId.get(id);
      if (parcel === undefined) throw notFound();
      return {
        delivery: toDelivery(parcel),
        request: { headers: parcel.requestHeaders, body: bodyText(parcel) },
        response: parcel.response,
      };
    },
    clear() {
      queue = [];
      log.length = 0;
      byId.clear();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      agent.destroy();
    },
  };
}

/** `sub_issues` with `sub_issue_added` is `sub-issues/sub-issue-added` in GitHub's description. */
function webhookId(happening: Happening): string {
  const words = happening.action === undefined ? happening.event : `${happening.event}/${happening.action}`;
  return words.replaceAll("_", "-");
}

/** Installations that hear of it: covered, not suspended, and subscribed. Installation events always arrive. */
function listeners(world: World, happening: Happening): Installation[] {
  if (happening.installation !== undefined) return [happening.installation];
  const subscribed = [...world.installations.values()].filter(
    (installation) =>
      installation.suspendedAt === null &&
      installation.events.includes(happening.event) &&
      holdsPermissionFor(installation, happening.event),
  );
  const { repository, organization } = happening;
  if (repository !== undefined)
    return subscribed.filter((installation) => installationCovers(installation, repository));
  return subscribed.filter((installation) => installation.accountId === organization?.id);
}

function holdsPermissionFor(installation: Installation, event: string): boolean {
  const needed = {
    issues: "issues",
    issue_comment: "issues",
    sub_issues: "issues",
    pull_request: "pull_requests",
    membership: "members",
    team: "members",
  }[event];
  return installation.permissions[needed ?? "metadata"] !== undefined;
}

function bodyOf(world: World, happening: Happening, installation: Installation): Shape {
  const { repository, extra } = happening;
  const owner = repository === undefined ? happening.organization : accountById(world, repository.ownerId);
  const body: Shape = happening.action === undefined ? { ...extra } : { action: happening.action, ...extra };
  if (repository !== undefined) body["repository"] = repositoryShape(world, repository);
  if (owner !== undefined && isOrganization(owner)) body["organization"] = organizationSimpleShape(world, owner);
  body["installation"] ??= {
    id: installation.id,
    node_id: nodeId("MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u", installation.id),
  };
  body["sender"] = userShape(world, happening.sender);
  return body;
}

function hookShape(world: World): Shape {
  return {
    type: "App",
    id: world.app.id,
    name: "web",
    active: true,
    app_id: world.app.id,
    events: world.app.events,
    created_at: stamp(world.app.createdAt),
    updated_at: stamp(world.app.createdAt),
    config: hookConfigShape(world),
  };
}

export function hookConfigShape(world: World): Shape {
  return { content_type: "json", insecure_ssl: "0", secret: "********", url: world.app.webhookUrl ?? world.base };
}

function headersFor(world: World, post: { event: string; guid: string; text: string }): Record<string, string> {
  const sign = (algorithm: string): string =>
    createHmac(algorithm, world.app.webhookSecret).update(post.text).digest("hex");
  return {
    Accept: "*/*",
    "Content-Type": "application/json",
    "User-Agent": "GitHub-Hookshot/5a9db0c",
    "X-GitHub-Delivery": post.guid,
    "X-GitHub-Event": post.event,
    "X-GitHub-Hook-ID": String(world.app.id),
    "X-GitHub-Hook-Installation-Target-ID": String(world.app.id),
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-Hub-Signature": `sha1=${sign("sha1")}`,
    "X-Hub-Signature-256": `sha256=${sign("sha256")}`,
  };
}

/** An unpooled copy: both zlib's answer and a slice of the pool hold on to memory many times their size. */
function pack(text: string): Buffer {
  const packed = deflateRawSync(text, { level: 1, memLevel: 4, windowBits: 12 });
  const copy = Buffer.allocUnsafeSlow(packed.length);
  packed.copy(copy);
  return copy;
}

function bodyText(parcel: Parcel): string {
  if (parcel.body !== undefined) return parcel.body;
  return parcel.packed === undefined ? "" : inflateRawSync(parcel.packed).toString();
}

function toDelivery(parcel: Parcel): Delivery {
  // oxlint-disable-next-line no-unused-vars -- what only sending needs is left out of the log
  const { atMs, body, packed, requestHeaders, response, notBefore, ...delivery } = parcel;
  return delivery;
}
