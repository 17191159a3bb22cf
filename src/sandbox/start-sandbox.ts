import { setTimeout as sleep } from "node:timers/promises";
import { Hono } from "hono";
import { startClock } from "./clock.ts";
import { controlRoutes } from "./control.ts";
import { registerRoutes, type Env, type Machinery } from "./exchange.ts";
import { createFaults } from "./faults.ts";
import { createFront, type LogEntry } from "./front.ts";
import { hookSender } from "./hook-sender.ts";
import { createLimits } from "./limits.ts";
import { listen } from "./listen.ts";
import type { Installation, World } from "./model.ts";
import {
  acceptPermissions,
  addTeam,
  archiveRepository,
  changeInstalledRepositories,
  changeVisibility,
  deleteRepository,
  deleteTeam,
  installApp,
  joinTeam,
  leaveTeam,
  renameAccount,
  renameRepository,
  suspendInstallation,
  tellRepositoryCreated,
  transferRepository,
  uninstallApp,
} from "./owner-actions.ts";
import { createLabel, deleteLabel, editLabel } from "./issue-actions.ts";
import { pageFor } from "./pages.ts";
import { personIn } from "./person.ts";
import { appRoutes } from "./routes/app-routes.ts";
import { registerGraphql } from "./routes/graphql-route.ts";
import { issueRoutes } from "./routes/issue-routes.ts";
import { peopleRoutes } from "./routes/people-routes.ts";
import { repositoryRoutes } from "./routes/repository-routes.ts";
import { searchRoutes } from "./routes/search-routes.ts";
import { labelShape } from "./shapes.ts";
import { seededRandom } from "./random.ts";
import type { LogFilter, RepositoryDeeds, Sandbox, SandboxOptions } from "./sandbox.ts";
import { snapshot } from "./snapshot.ts";
import { createValidator } from "./validate.ts";
import {
  accountById,
  accountNamed,
  addOrganization,
  addRepository,
  addUser,
  createWorld,
  deleteUser,
  freshKeys,
  fullNameOf,
  organizationNamed,
  putFile,
  repositoryNamed,
  setRole,
} from "./world.ts";
import { ApiError, notFound } from "./api-error.ts";

/** Starts a github.com of one's own. It listens when the promise resolves. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const keys = options.keys ?? freshKeys();
  const clock = startClock(options.clock);
  const fresh = (): World =>
    createWorld({
      clock,
      keys,
      seed: options.seed ?? 1,
      appSlug: options.appSlug ?? "postmortem",
      authClock: options.authClock ?? "real",
      webhookSecret: options.webhook?.secret ?? "a-sandbox-webhook-secret-of-length",
      ...(options.permissions === undefined ? {} : { permissions: options.permissions }),
      ...(options.singleFilePaths === undefined ? {} : { singleFilePaths: options.singleFilePaths }),
      ...(options.events === undefined ? {} : { events: options.events }),
    });
  const world = fresh();
  world.app.webhookUrl = options.webhook?.url;

  const validator = createValidator(options.validate ?? true, (violation) => {
    if (options.printViolations === false) return;
    console.error(
      `sandbox: ${violation.direction} ${violation.id} ${violation.status ?? ""} is not as GitHub describes it:\n  ${violation.errors.join("\n  ")}`,
    );
  });
  const sender = hookSender(world, {
    luck: seededRandom((options.seed ?? 1) + 0x6c75),
    checkWebhook: (id, body) => validator.checkWebhook(id, body),
  });
  const emit: World["emit"] = (happening) => sender.emit(happening);
  world.emit = emit;

  const api = new Hono<Env>({ getPath: (_request, context) => context?.env?.path ?? "/" });
  const machinery: Machinery = {
    world,
    faults: createFaults(seededRandom((options.seed ?? 1) + 0x6661)),
    limits: createLimits(clock),
    validator,
    sender,
    api,
  };
  for (const routes of [
    issueRoutes(world),
    repositoryRoutes(world),
    searchRoutes(world),
    peopleRoutes(world, machinery.limits),
    appRoutes(world, sender),
  ]) {
    registerRoutes(machinery, routes);
  }
  registerGraphql(machinery);
  api.notFound(() =>
    Response.json(
      { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" },
      { status: 404 },
    ),
  );
  api.onError((error) => {
    console.error("sandbox: a fault of its own:", error);
    return Response.json({ message: `The sandbox failed: ${error.message}` }, { status: 500 });
  });
  const front = createFront(machinery);

  const sandbox: Sandbox = {
    url: "",
    get app() {
      const { id, slug, privateKey, webhookSecret, clientId } = world.app;
      return { id, slug, privateKey, webhookSecret, clientId };
    },
    hookTo(url, secret) {
      world.app.webhookUrl = url;
      if (secret !== undefined) world.app.webhookSecret = secret;
    },
    addUser: (login, facts) => addUser(world, login, facts),
    deleteUser: (login) => deleteUser(world, login),
    addOrganization: (login) => addOrganization(world, login),
    setMembership(organization, login, role) {
      const { members } = organizationNamed(world, organization);
      if (role === "none") members.delete(accountNamed(world, login).id);
      else members.set(accountNamed(world, login).id, role);
    },
    addTeam: (organization, slug, members) =>
      addTeam({ world, by: ownerOf(world, organization) }, organizationNamed(world, organization), { slug, members }),
    team(organization, slug) {
      const doer = { world, by: ownerOf(world, organization) };
      const team = organizationNamed(world, organization).teams.get(slug);
      if (team === undefined) throw notFound();
      return {
        add: (login) => joinTeam(doer, team, login),
        remove: (login) => leaveTeam(doer, team, login),
        delete: () => deleteTeam(doer, team),
      };
    },
    addRepository(name, facts) {
      const repository = addRepository(world, name, facts);
      tellRepositoryCreated({ world, by: ownerOf(world, name.split("/")[0] ?? "") }, repository);
      return repository;
    },
    repository: (name) => deedsOf(world, name),
    // oxlint-disable-next-line max-params -- reads as a sentence: on this repository, she is a writer
    setRole: (repository, login, role, base) => {
      setRole(world, repositoryNamed(world, repository), { login, role, ...(base === undefined ? {} : { base }) });
    },
    putFile(repository, path, text) {
      putFile(world, repositoryNamed(world, repository), { path, text });
    },
    installApp: (owner, facts) => installApp(world, owner, facts ?? { repositories: "all" }),
    renameAccount: (login, to) => renameAccount(world, accountNamed(world, login), to),
    suspend: (id) => suspendInstallation(world, installationBy(world, id), true),
    unsuspend: (id) => suspendInstallation(world, installationBy(world, id), false),
    uninstall: (id) => uninstallApp(world, installationBy(world, id)),
    changeInstallation(id, change) {
      if (change.permissions !== undefined) acceptPermissions(world, installationBy(world, id), change.permissions);
      changeInstalledRepositories(world, installationBy(world, id), change);
    },
    as: (login) => personIn(world, accountNamed(world, login).login),
    faults: machinery.faults,
    enforceLimits(on) {
      machinery.limits.enforced = on !== false;
      if (typeof on === "object") Object.assign(machinery.limits.figures, on);
    },
    limitRefusals: () => machinery.limits.refusals,
    readLag(ms) {
      world.lag.readMs = typeof ms === "number" ? [ms, ms] : ms;
    },
    searchLag(ms) {
      world.lag.searchMs = ms;
    },
    sender: (knobs) => sender.set(knobs),
    clock,
    log: front.log,
    requests: (filter = {}) => front.log.filter((entry) => matches(entry, filter)),
    countRequests: (filter = {}) => front.log.filter((entry) => matches(entry, filter)).length,
    clearLog() {
      front.log.length = 0;
    },
    deliveries: () => sender.list(),
    delivery(id) {
      const { request, response } = sender.find(id);
      return { ...request, response };
    },
    redeliver: (which) => sender.redeliver(which),
    ping: () => sender.ping(),
    async idle(quietMs = 0) {
      let quietSince = performance.now();
      for (;;) {
        if (sender.busy() || front.underWay() > 0) quietSince = performance.now() + 1;
        else if (performance.now() - quietSince >= quietMs) return;
        await sleep(2);
      }
    },
    state: () => snapshot(world),
    validate(on) {
      validator.on = on;
    },
    violations: (direction) =>
      validator.violations.filter((violation) => direction === undefined || violation.direction === direction),
    checked: () => ({
      operations: [...validator.seen.operations],
      responses: [...validator.seen.responses],
      webhooks: [...validator.seen.webhooks],
    }),
    reset() {
      const { base, app } = world;
      Object.assign(world, fresh(), { base, emit });
      world.app.webhookUrl = app.webhookUrl;
      sender.clear();
      machinery.faults.clear();
      front.log.length = 0;
      validator.violations.length = 0;
      options.build?.(sandbox);
    },
    async close() {
      sender.close();
      await server.close();
    },
  };

  const control = controlRoutes(sandbox, world);
  const host = options.host ?? "127.0.0.1";
  const server = await listen({ port: options.port ?? 0, host }, (request, sockets) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/_sandbox")) return control.fetch(request);
    const page = pageFor(world, request, pathname);
    if (page !== undefined) return page;
    const path = pathname.replace(/^\/api\/v3(?=\/|$)/u, "");
    return front.answer(request, sockets, path === "" ? "/" : path);
  });
  sandbox.url = `http://${host}:${server.port}`;
  world.base = sandbox.url;
  options.build?.(sandbox);
  return sandbox;
}

function deedsOf(world: World, name: string): RepositoryDeeds {
  const repository = repositoryNamed(world, name);
  const doer = { world, by: ownerOf(world, name.split("/")[0] ?? "") };
  const label = (held: string): ReturnType<typeof createLabel> => {
    const found = repository.labels.get(held.toLowerCase());
    if (found === undefined) throw new ApiError(404, `${fullNameOf(world, repository)} has no label ${held}.`);
    return found;
  };
  return {
    rename: (to) => renameRepository(doer, repository, to),
    archive: () => archiveRepository(doer, repository, true),
    unarchive: () => archiveRepository(doer, repository, false),
    setVisibility: (visibility) => changeVisibility(doer, repository, visibility),
    transfer: (owner) => transferRepository(doer, repository, owner),
    delete: () => deleteRepository(doer, repository),
    createLabel: (fresh, color) =>
      labelShape(world, createLabel(doer, repository, color === undefined ? { name: fresh } : { name: fresh, color })),
    editLabel: (held, edit) => editLabel(doer, label(held), edit),
    deleteLabel: (held) => deleteLabel(doer, label(held)),
    file: (path) => repository.files.get(path)?.text,
  };
}

/** In whose name owners' deeds are done: an organisation's first admin, or the owner. */
function ownerOf(world: World, login: string): ReturnType<typeof accountNamed> {
  const account = accountNamed(world, login);
  if (account.kind !== "Organization") return account;
  const admin = [...organizationNamed(world, login).members].find(([, role]) => role === "admin");
  return admin === undefined ? account : accountById(world, admin[0]);
}

function installationBy(world: World, id: number): Installation {
  const installation = world.installations.get(id);
  if (installation === undefined) throw new ApiError(404, `There is no installation ${id}.`);
  return installation;
}

function matches(entry: LogEntry, filter: LogFilter): boolean {
  const fits = (text: string, wanted: string | RegExp | undefined): boolean =>
    wanted === undefined || (typeof wanted === "string" ? text === wanted : wanted.test(text));
  if (!fits(entry.actor, filter.actor) || !fits(entry.path, filter.path)) return false;
  if (filter.method !== undefined && ![filter.method].flat().includes(entry.method)) return false;
  if (filter.status !== undefined && entry.status !== filter.status) return false;
  if (filter.operationId !== undefined && entry.operationId !== filter.operationId) return false;
  return filter.after === undefined || entry.n > filter.after;
}
