import assert from "node:assert/strict";
import {
  choicesOf,
  defaultOf,
  findArgument,
  findModelServer,
  modelServers,
  nearestArgument,
  serverArgument,
  serverVariable,
} from "../../../sdk/catalog/serverArguments";
import { compareReleases, parseRelease } from "../../../sdk/catalog/versions";

const vllm = findModelServer("vllm")!;

describe("the arguments of vLLM by release", () => {
  const cases: [string, string | undefined, string][] = [
    ["max-model-len", "0.8.4", "exists"],
    ["max_model_len", "v0.33.0", "exists"],
    ["device", "0.8.4", "exists"],
    ["device", "0.9.2", "exists, deprecated"],
    ["device", "0.10.0", "removed in 0.10.0"],
    ["task", "0.12.0", "exists, deprecated"],
    ["task", "0.13.0", "removed in 0.13.0: runner, convert"],
    ["swap-space", "0.17.1", "exists"],
    ["swap-space", "0.21.0", "removed in 0.18.0"],
    ["num-scheduler-steps", "0.21.0", "removed in 0.10.1"],
    ["disable-log-requests", "0.21.0", "removed in 0.17.0: enable-log-requests"],
    ["speculative-model", "0.8.4", "removed in 0.8.3: speculative-config"],
    ["attention-backend", "0.8.4", "not before 0.13.0"],
    ["kv-cache-memory-bytes", "0.8.5.post1", "not before 0.10.2"],
    ["tp", "0.8.4", "exists"],
    ["device-memory-utilization", "0.33.1", "exists"],
    ["max-modle-len", "0.8.4", "unknown, max-model-len?"],
    ["attention-backand", "0.8.4", "unknown, nothing?"],
    ["max-model-len", "0.5.0", "undecided"],
    ["max-model-len", "1.0.0", "undecided"],
    ["max-model-len", undefined, "undecided"],
    ["max-modle-len", undefined, "undecided"],
    ["mamba-cache-mode", "0.15.0", "undecided"],
    ["max-model-len", "0.15.0", "exists"],
  ];
  for (const [flag, version, expected] of cases) {
    it(`${flag} in ${version ?? "a release nobody knows"}: ${expected}`, () => {
      assert.equal(describeStatus(serverArgument("vllm", flag, version)), expected);
    });
  }

  it("says of another server what is listed, and of an unlisted argument nothing", () => {
    assert.equal(describeStatus(serverArgument("ovms", "rest-port", undefined)), "exists");
    assert.equal(describeStatus(serverArgument("ovms", "rest-prot", undefined)), "undecided");
    assert.equal(serverArgument("sglang", "port", "1.0.0"), undefined);
  });

  const defaults: [string, string, unknown][] = [
    ["gpu-memory-utilization", "0.19.1", 0.9],
    ["gpu-memory-utilization", "0.20.0", 0.92],
    ["tensor-parallel-size", "0.8.4", 1],
    ["max-num-seqs", "0.8.4", undefined],
    ["swap-space", "0.8.4", 4],
    ["port", "0.21.0", 8000],
  ];
  for (const [flag, version, value] of defaults) {
    it(`${flag} of ${version} is ${String(value)} unless it is set`, () => {
      assert.equal(defaultOf(findArgument(vllm, flag)!, version), value);
    });
  }

  it("know what a release may be told", () => {
    const values = (flag: string, version: string) => choicesOf(findArgument(vllm, flag)!, version)?.values ?? [];
    assert.ok(values("quantization", "0.8.4").includes("marlin"));
    assert.ok(!values("quantization", "0.33.0").includes("marlin"));
    assert.deepEqual(values("dtype", "0.21.0"), ["auto", "half", "float16", "bfloat16", "float", "float32"]);
    assert.ok(!values("kv-cache-dtype", "0.8.4").includes("nvfp4"));
    assert.ok(values("kv-cache-dtype", "0.21.0").includes("nvfp4"));
    assert.equal(choicesOf(findArgument(vllm, "max-model-len")!, "0.21.0"), undefined);
  });

  it("propose only arguments that the release has", () => {
    assert.equal(nearestArgument(vllm, "swap-spaces", "0.8.4"), "swap-space");
    assert.notEqual(nearestArgument(vllm, "swap-spaces", "0.21.0"), "swap-space");
  });

  const variables: [string, string, string][] = [
    ["VLLM_ATTENTION_BACKEND", "0.8.4", "exists"],
    ["VLLM_ATTENTION_BACKEND", "0.21.0", "removed in 0.16.0: attention-backend"],
    ["VLLM_USE_V1", "0.21.0", "removed in 0.11.1"],
    ["VLLM_LOGGING_LEVLE", "0.21.0", "unknown, VLLM_LOGGING_LEVEL?"],
  ];
  for (const [name, version, expected] of variables) {
    it(`${name} in ${version}: ${expected}`, () => {
      assert.equal(describeStatus(serverVariable("vllm", name, version)), expected);
    });
  }
});

describe("the table of server arguments", () => {
  for (const { server, versions, arguments: all, environment } of modelServers) {
    it(`of ${server} is consistent`, () => {
      const names = all.flatMap(({ flag, aliases = [], synonyms = [] }) => [flag, ...aliases, ...synonyms]);
      assert.deepEqual(
        names.filter((name, index) => names.indexOf(name) !== index),
        [],
      );
      assert.deepEqual([...versions].sort(compareReleases), versions);
      for (const { since, removedIn, deprecatedSince, replacements = [] } of [...all, ...environment]) {
        for (const version of [since, removedIn, deprecatedSince])
          assert.ok(version === undefined || versions.includes(version));
        assert.ok(since === undefined || removedIn === undefined || compareReleases(since, removedIn) < 0);
        for (const name of replacements)
          assert.ok(
            all.some(({ flag }) => flag === name),
            name,
          );
      }
      for (const { flag, defaults = [], choices = [] } of all) {
        for (const list of [defaults, choices]) {
          const releases = list.map(({ since }) => since).filter((since) => since !== undefined);
          assert.deepEqual([...new Set(releases)].sort(compareReleases), releases, flag);
          for (const release of releases) assert.ok(versions.includes(release), flag);
        }
      }
    });
  }
});

describe("releases", () => {
  it("are read with or without a v and with suffixes", () => {
    assert.deepEqual(
      ["0.8.4", "v0.21", "0.8.5.post1", "0.22.0rc1", "0.9.0+rhai3", "0.9.1.0", "main", "8", "0.8.x"].map(parseRelease),
      [[0, 8, 4], [0, 21, 0], [0, 8, 5], [0, 22, 0], [0, 9, 0], [0, 9, 1], undefined, undefined, undefined],
    );
  });

  it("are ordered by number, not by letter", () => {
    assert.ok(compareReleases("0.9.2", "0.10.0") < 0);
    assert.ok(compareReleases("0.10.1", "0.10.0") > 0);
    assert.equal(compareReleases("v0.8.5", "0.8.5.post1"), 0);
    assert.throws(() => compareReleases("main", "0.1.0"), RangeError);
  });
});

function describeStatus(found: ReturnType<typeof serverArgument> | ReturnType<typeof serverVariable>): string {
  switch (found?.status) {
    case "exists":
      return found.isDeprecated ? "exists, deprecated" : "exists";
    case "not-yet":
      return `not before ${found.since}`;
    case "removed":
      return `removed in ${[found.removedIn, found.replacements.join(", ")].filter((part) => part !== "").join(": ")}`;
    case "unknown-name":
      return `unknown, ${found.nearest ?? "nothing"}?`;
    case "undecided":
    case undefined:
      return found?.status ?? "no such server";
  }
}
