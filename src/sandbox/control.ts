import { Hono } from "hono";
import { ApiError } from "./api-error.ts";
import { isRecord } from "./exchange.ts";
import type { Role, Visibility, World } from "./model.ts";
import type { LogFilter, Sandbox } from "./sandbox.ts";
import type { SenderOptions } from "./hook-sender.ts";
import type { Fault } from "./faults.ts";
import { submitManifest } from "./routes/app-routes.ts";
import { installationShape, userShape } from "./shapes.ts";

/** The sandbox's own buttons, under `/_sandbox`: whatever its programmatic interface can do, for other processes. */
export function controlRoutes(sandbox: Sandbox, world: World): Hono {
  const control = new Hono().basePath("/_sandbox");
  const body = async (request: { text(): Promise<string> }): Promise<Record<string, unknown>> => {
    const text = await request.text();
    const parsed: unknown = text.trim() === "" ? {} : JSON.parse(text);
    return isRecord(parsed) ? parsed : { args: parsed };
  };
  const done = (result: unknown = {}): Response => Response.json(result ?? {});

  control.get("/", () =>
    done({
      url: sandbox.url,
      now: sandbox.clock.now(),
      requests: sandbox.log.length,
      deliveries: sandbox.deliveries().length,
      violations: sandbox.violations().length,
    }),
  );
  control.get("/app", () => done(sandbox.app));
  control.post("/hook", async (context) => {
    const { url, secret } = await body(context.req);
    sandbox.hookTo(text(url, "url"), typeof secret === "string" ? secret : undefined);
    return done();
  });

  control.post("/users", async (context) => {
    const { login, name, token } = await body(context.req);
    const user = sandbox.addUser(text(login, "login"), {
      ...(typeof name === "string" ? { name } : {}),
      ...(typeof token === "string" ? { token } : {}),
    });
    return done({ ...userShape(world, user), token: user.token });
  });
  control.delete("/users/:login", (context) => done(sandbox.deleteUser(context.req.param("login"))));
  control.post("/organizations", async (context) =>
    done(userShape(world, sandbox.addOrganization(text((await body(context.req))["login"], "login")))),
  );
  control.put("/organizations/:org/members/:login", async (context) => {
    const { role } = await body(context.req);
    sandbox.setMembership(
      context.req.param("org"),
      context.req.param("login"),
      role === "admin" || role === "none" ? role : "member",
    );
    return done();
  });
  control.post("/teams", async (context) => {
    const { organization, slug, members } = await body(context.req);
    const team = sandbox.addTeam(text(organization, "organization"), text(slug, "slug"), strings(members));
    return done({ id: team.id, slug: team.slug });
  });
  control.put("/teams/:org/:slug/:login", (context) =>
    done(sandbox.team(context.req.param("org"), context.req.param("slug")).add(context.req.param("login"))),
  );
  control.delete("/teams/:org/:slug/:login", (context) =>
    done(sandbox.team(context.req.param("org"), context.req.param("slug")).remove(context.req.param("login"))),
  );

  control.post("/repositories", async (context) => {
    const { name, visibility, description } = await body(context.req);
    const repository = sandbox.addRepository(text(name, "name"), {
      ...(typeof visibility === "string" ? { visibility: visibility as Visibility } : {}),
      ...(typeof description === "string" ? { description } : {}),
    });
    return done({ id: repository.id, name });
  });
  control.post("/repositories/:owner/:repo/:deed", async (context) => {
    const deeds = sandbox.repository(`${context.req.param("owner")}/${context.req.param("repo")}`);
    return done(call(deeds, context.req.param("deed"), argumentsIn(await body(context.req))));
  });
  control.put("/roles", async (context) => {
    const { repository, login, role, base } = await body(context.req);
    sandbox.setRole(text(repository, "repository"), text(login, "login"), text(role, "role"), base as Role | undefined);
    return done();
  });
  control.put("/files", async (context) => {
    const file = await body(context.req);
    sandbox.putFile(text(file["repository"], "repository"), text(file["path"], "path"), text(file["text"], "text"));
    return done();
  });

  control.post("/installations", async (context) => {
    const { owner, repositories, permissions } = await body(context.req);
    const installation = sandbox.installApp(text(owner, "owner"), {
      repositories: Array.isArray(repositories) ? strings(repositories) : "all",
      ...(isRecord(permissions) ? { permissions: permissions as Record<string, string> } : {}),
    });
    return done(installationShape(world, installation));
  });
  control.post("/accounts/:login/rename", async (context) => {
    const { to } = await body(context.req);
    return done(sandbox.renameAccount(context.req.param("login"), text(to, "to")));
  });
  control.post("/installations/:id/suspend", (context) => done(sandbox.suspend(Number(context.req.param("id")))));
  control.post("/installations/:id/unsuspend", (context) => done(sandbox.unsuspend(Number(context.req.param("id")))));
  control.patch("/installations/:id", async (context) =>
    done(sandbox.changeInstallation(Number(context.req.param("id")), await body(context.req))),
  );
  control.delete("/installations/:id", (context) => done(sandbox.uninstall(Number(context.req.param("id")))));

  control.post("/as/:login/:act", async (context) =>
    done(call(sandbox.as(context.req.param("login")), context.req.param("act"), argumentsIn(await body(context.req)))),
  );

  control.get("/faults", () => done(sandbox.faults.list()));
  control.post("/faults", async (context) => done(sandbox.faults.add((await body(context.req)) as unknown as Fault)));
  control.delete("/faults", () => done(sandbox.faults.clear()));
  control.post("/limits", async (context) => {
    const { on, ...figures } = await body(context.req);
    sandbox.enforceLimits(on === false ? false : figures);
    return done();
  });
  control.get("/limits/refusals", () => done(sandbox.limitRefusals()));
  control.post("/lag", async (context) => {
    const { readMs, searchMs } = await body(context.req);
    if (typeof readMs === "number" || Array.isArray(readMs)) sandbox.readLag(readMs as number | [number, number]);
    if (typeof searchMs === "number") sandbox.searchLag(searchMs);
    return done();
  });
  control.post("/sender", async (context) => done(sandbox.sender((await body(context.req)) as SenderOptions)));

  control.get("/clock", () => done({ now: sandbox.clock.now() }));
  control.post("/clock", async (context) => {
    const { set, advance } = await body(context.req);
    if (typeof set === "string") sandbox.clock.set(set);
    if (typeof advance === "number") sandbox.clock.advance(advance);
    return done({ now: sandbox.clock.now() });
  });

  control.get("/log", (context) => done(sandbox.requests(filterIn(context.req.query()))));
  control.get("/log/count", (context) => done({ count: sandbox.countRequests(filterIn(context.req.query())) }));
  control.delete("/log", () => done(sandbox.clearLog()));
  control.get("/deliveries", () => done(sandbox.deliveries()));
  control.get("/deliveries/:id", (context) => done(sandbox.delivery(Number(context.req.param("id")))));
  control.post("/deliveries/redeliver", async (context) => {
    const { which } = await body(context.req);
    return done({ count: sandbox.redeliver(typeof which === "number" ? which : "all") });
  });
  control.post("/ping", () => done(sandbox.ping()));
  control.get("/idle", async (context) => {
    await sandbox.idle(Number(context.req.query("quietMs") ?? 0));
    return done();
  });
  control.get("/state", () => done(sandbox.state()));
  control.post("/reset", () => done(sandbox.reset()));
  control.post("/validate", async (context) => done(sandbox.validate((await body(context.req))["on"] !== false)));
  control.get("/violations", () => done(sandbox.violations()));
  control.post("/manifests", async (context) =>
    done({ code: submitManifest(world, JSON.stringify(await body(context.req))) }),
  );

  control.notFound(() =>
    Response.json({ message: "There is no such button: src/sandbox/README.md lists them." }, { status: 404 }),
  );
  control.onError((error) =>
    Response.json({ message: error.message }, { status: error instanceof ApiError ? error.status : 400 }),
  );
  return control;
}

/** Calls one of a few named deeds with the arguments as sent. */
// oxlint-disable-next-line max-params -- whose deed, which, with what
function call(deeds: object, name: string, args: unknown[]): unknown {
  const deed: unknown = Object.hasOwn(deeds, name) ? Reflect.get(deeds, name) : undefined;
  if (typeof deed !== "function")
    throw new ApiError(404, `"${name}" is no deed: choose one of ${Object.keys(deeds).join(", ")}.`);
  return Reflect.apply(deed, deeds, args) as unknown;
}

/** `["acme/shop#1", "text"]` or `{ "args": […] }`. */
function argumentsIn(sent: Record<string, unknown>): unknown[] {
  const { args } = sent;
  return Array.isArray(args) ? (args as unknown[]) : [];
}

function filterIn(query: Record<string, string>): LogFilter {
  return {
    ...(query["actor"] === undefined ? {} : { actor: new RegExp(query["actor"], "u") }),
    ...(query["method"] === undefined ? {} : { method: query["method"].split(",") }),
    ...(query["path"] === undefined ? {} : { path: new RegExp(query["path"], "u") }),
    ...(query["status"] === undefined ? {} : { status: Number(query["status"]) }),
    ...(query["operationId"] === undefined ? {} : { operationId: query["operationId"] }),
    ...(query["after"] === undefined ? {} : { after: Number(query["after"]) }),
  };
}

function text(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new ApiError(422, `${name} is missing: send it as a string.`);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
