import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkConfiguration, diffConfiguration, readConfiguration } from "../../tools/kubernetes-plugin/configuration";
import { chartArguments } from "../../tools/kubernetes-plugin/helmCommand";
import { resourceNames } from "../../tools/kubernetes-plugin/helmRelease";
import { connectionOf, readKubeconfig } from "../../tools/kubernetes-plugin/kubeconfig";
import { rateLimit } from "../../tools/kubernetes-plugin/rateLimit";
import { makeUnknown, type JsonObject } from "../../tools/kubernetes-plugin/wire";

describe("kubernetes plugin stand-in: configuration", () => {
  const variables = (values: Record<string, string>) =>
    new Map(Object.entries(values).map(([key, value]) => [`kubernetes:config:${key}`, value]));

  it("has the official plugin's defaults", () => {
    const { serverSideApply, patchForce, upsert, client } = readConfiguration(new Map(), {});
    assert.deepEqual(
      { serverSideApply, patchForce, upsert },
      { serverSideApply: true, patchForce: false, upsert: false },
    );
    assert.deepEqual(client, { qps: 50, burst: 120, timeoutSeconds: 0 });
  });

  it("lets a setting win over its environment variable", () => {
    const env = { PULUMI_K8S_ENABLE_SERVER_SIDE_APPLY: "false", PULUMI_K8S_CLIENT_QPS: "7" };
    assert.equal(readConfiguration(new Map(), env).serverSideApply, false);
    assert.equal(readConfiguration(variables({ enableServerSideApply: "true" }), env).serverSideApply, true);
    const settings = variables({ kubeClientSettings: '{"qps":500,"burst":1000,"timeout":5}' });
    assert.deepEqual(readConfiguration(settings, env).client, { qps: 500, burst: 1000, timeoutSeconds: 5 });
    assert.equal(readConfiguration(new Map(), env).client.qps, 7);
  });

  it("says what it cannot do", () => {
    assert.match(checkConfiguration({ renderYamlToDirectory: "out" })[0]?.reason ?? "", /does not render YAML/);
    assert.match(
      checkConfiguration({ kubeClientSettings: '{"qps":"x"}' })[0]?.reason ?? "",
      /kubeClientSettings.qps: .* got x/,
    );
    assert.deepEqual(checkConfiguration({ kubeconfig: "x", kubeClientSettings: makeUnknown() }), []);
  });

  const config = (server: string, user = "u"): string =>
    JSON.stringify({
      clusters: [{ name: "c", cluster: { server } }],
      users: [{ name: user, user: { token: "t" } }],
      contexts: [{ name: "x", context: { cluster: "c", user } }],
      "current-context": "x",
    });
  const diffs: [string, JsonObject, JsonObject, string[], string[]][] = [
    ["nothing", { namespace: "a" }, { namespace: "a" }, [], []],
    ["another namespace", { namespace: "a" }, { namespace: "b" }, ["namespace"], []],
    [
      "another user of the same cluster",
      { kubeconfig: config("s") },
      { kubeconfig: config("s", "v") },
      ["kubeconfig"],
      [],
    ],
    ["another cluster", { kubeconfig: config("s") }, { kubeconfig: config("t") }, ["kubeconfig"], ["kubeconfig"]],
    [
      "a cluster not known yet",
      { kubeconfig: config("s") },
      { kubeconfig: makeUnknown() },
      ["kubeconfig"],
      ["kubeconfig"],
    ],
    [
      "another cluster that is said to be the same",
      { kubeconfig: config("s"), clusterIdentifier: "i" },
      { kubeconfig: config("t"), clusterIdentifier: "i" },
      ["kubeconfig"],
      [],
    ],
    [
      "another identifier",
      { clusterIdentifier: "i" },
      { clusterIdentifier: "j" },
      ["clusterIdentifier"],
      ["clusterIdentifier"],
    ],
  ];
  for (const [what, olds, news, changes, replaces] of diffs) {
    it(`compares configurations: ${what}`, () => {
      assert.deepEqual(diffConfiguration(olds, news), { changes, replaces });
    });
  }
});

describe("kubernetes plugin stand-in: kubeconfig", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const yaml = [
    "clusters: [{ name: c, cluster: { server: 'https://s', certificate-authority: ca.pem, tls-server-name: n } }]",
    "users: [{ name: u, user: { token: tok } }, { name: b, user: { username: me, password: pw } }]",
    "contexts:",
    "  - { name: x, context: { cluster: c, user: u, namespace: ns } }",
    "  - { name: y, context: { cluster: c, user: b } }",
    "current-context: x",
  ].join("\n");

  it("reads files, whose paths are relative to the file, and contents", async () => {
    writeFileSync(join(folder, "config"), yaml);
    writeFileSync(join(folder, "ca.pem"), "CA");
    const connection = await connectionOf(readKubeconfig(join(folder, "config")));
    assert.equal(connection.server, "https://s");
    assert.equal(connection.namespace, "ns");
    assert.deepEqual(connection.tls, { ca: "CA", servername: "n" });
    assert.deepEqual(await connection.headers(), { authorization: "Bearer tok" });
    assert.deepEqual(readKubeconfig(yaml)["current-context"], "x");
  });

  it("takes the context asked for, and names those there are when it is missing", async () => {
    writeFileSync(join(folder, "ca.pem"), "CA");
    writeFileSync(join(folder, "config"), yaml);
    const config = readKubeconfig(join(folder, "config"));
    const basic = `Basic ${Buffer.from("me:pw").toString("base64")}`;
    assert.deepEqual(await (await connectionOf(config, { context: "y" })).headers(), { authorization: basic });
    await assert.rejects(connectionOf(config, { context: "z" }), /context z .* contexts: x, y/);
  });

  for (const text of ["hunter2", "users:\n  - token: hunter2\n - x", '{"token": "hunter2"']) {
    it(`says that ${JSON.stringify(text)} is no kubeconfig, without repeating it`, () => {
      assert.throws(
        () => readKubeconfig(text),
        (error: Error) => {
          assert.match(error.message, /kubeconfig given is (no YAML: see its line \d|neither an existing file)/);
          assert.doesNotMatch(JSON.stringify([error.message, error.stack, String(error.cause)]), /hunter2/);
          return true;
        },
      );
    });
  }

  it("names a file that does not exist", () => {
    assert.throws(() => readKubeconfig("/no/such/file"), /\(\/no\/such\/file\) is neither an existing file/);
  });
});

describe("kubernetes plugin stand-in: request budget", () => {
  it("lets a burst pass at once and then so many a second", async () => {
    const turn = rateLimit(100, 5);
    const start = performance.now();
    await Promise.all(Array.from({ length: 5 }, turn));
    assert.ok(performance.now() - start < 45, "the burst waits");
    await Promise.all(Array.from({ length: 10 }, turn));
    assert.ok(performance.now() - start >= 95, "the limit does not hold");
  });

  it("knows no limit of zero", async () => {
    const turn = rateLimit(0, 0);
    const start = performance.now();
    for (let i = 0; i < 1000; i++) await turn();
    assert.ok(performance.now() - start < 500);
  });
});

describe("kubernetes plugin stand-in: helm arguments", () => {
  const release = {
    name: "r",
    chart: "oci://registry/chart",
    version: "1.2.3",
    atomic: true,
    createNamespace: true,
    cleanupOnFail: true,
    timeout: 60,
    waitForJobs: true,
    repositoryOpts: { repo: "https://charts" },
    values: { a: 1 },
  };
  const options = ["--repo", "https://charts", "--version", "1.2.3"];
  const cases: [Parameters<typeof chartArguments>[0], string[]][] = [
    ["show", ["show", "chart", "oci://registry/chart", ...options]],
    [
      "install",
      ["install", "r", "oci://registry/chart", "--atomic", "--create-namespace", ...options].concat([
        "--wait",
        "--wait-for-jobs",
        "--timeout",
        "60s",
        "--values",
        "-",
      ]),
    ],
    [
      "upgrade",
      ["upgrade", "r", "oci://registry/chart", "--atomic", "--cleanup-on-fail", ...options].concat([
        "--wait",
        "--wait-for-jobs",
        "--timeout",
        "60s",
        "--values",
        "-",
      ]),
    ],
  ];
  for (const [action, expected] of cases) {
    it(`${action}s with the flags of that action only`, () => {
      assert.deepEqual(chartArguments(action, release), expected);
    });
  }

  it("does not wait when told so", () => {
    assert.ok(!chartArguments("install", { ...release, skipAwait: true }).some((flag) => flag.startsWith("--wait")));
  });

  it("names the objects of a manifest by kind and version", () => {
    const manifest =
      "apiVersion: v1\nkind: Service\nmetadata: {name: b}\n---\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: n}\n";
    assert.deepEqual(resourceNames(manifest), { "Service/v1": ["b"], "Deployment.apps/apps/v1": ["n/a"] });
  });
});
