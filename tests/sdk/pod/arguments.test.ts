import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Argument, readArguments, type ServerArguments } from "../../../sdk/pod/arguments";
import type { Environment } from "../../../sdk/pod/references";
import { guard, UNKNOWN, UnknownValueError } from "../../../sdk/pod/unknown";

const TP = "tensor-parallel-size";
/** Types say that items are strings; unknown ones are the symbol. */
const list = (...items: unknown[]): string[] => items as string[];
const sh = (script: string, ...rest: string[]): string[] => ["sh", "-c", script, ...rest];

function read(args: unknown[], environment?: Environment): ServerArguments {
  return readArguments(undefined, list(...args), environment);
}

function value(found: Argument | undefined): string | undefined {
  return found?.value;
}

describe("arguments of a server", () => {
  const values: [string, string[], string, string | undefined][] = [
    ["with an equals sign", ["--tensor-parallel-size=2"], TP, "2"],
    ["with a blank", ["--tensor-parallel-size", "2"], TP, "2"],
    ["with underscores", ["--tensor_parallel_size=2"], TP, "2"],
    ["by their short form", ["-tp", "2"], TP, "2"],
    ["by their short form with an equals sign", ["-tp=2"], TP, "2"],
    ["by a one-letter form", ["-q", "awq"], "quantization", "awq"],
    ["attached to a one-letter form", ["-qawq"], "quantization", "awq"],
    ["attached to -O", ["-O3"], "optimization-level", "3"],
    ["the last of several", ["-tp", "2", "--tensor-parallel-size=4"], TP, "4"],
    ["with an equals sign in the value", ["--hf-overrides=a=b"], "hf-overrides", "a=b"],
    ["empty", ["--chat-template="], "chat-template", ""],
    ["negative", ["--max-model-len", "-1"], "max-model-len", "-1"],
    ["negative with a fraction", ["--seed", "-.5"], "seed", "-.5"],
    ["that hold blanks", ["--chat-template", "a b"], "chat-template", "a b"],
    ["after an equals sign that hold blanks", ["--chat-template=a b"], "chat-template", "a b"],
    ["of dotted keys", ["--compilation_config.cudagraph_mode", "x"], "compilation-config.cudagraph_mode", "x"],
    ["of a flag asked for with underscores", ["--max-num-seqs", "8"], "max_num_seqs", "8"],
    ["none when another flag follows", ["--max-num-seqs", "--enforce-eager"], "max-num-seqs", undefined],
    ["none at the end", ["--max-num-seqs"], "max-num-seqs", undefined],
    ["false for a negated switch", ["--no-enable-prefix-caching"], "enable-prefix-caching", "false"],
    ["written out for a switch", ["--enforce-eager", "true", "x"], "enforce-eager", "true"],
  ];
  for (const [what, args, flag, expected] of values) {
    it(`have values ${what}`, () => {
      const found = read(args).get(flag);
      assert.ok(found !== undefined);
      assert.equal(found.value, expected);
    });
  }

  it("has no value for a switch, and does not eat the next word", () => {
    const found = readArguments(["vllm", "serve"], ["--trust-remote-code", "org/model", "--enable-lora", "x"]);
    assert.equal(value(found.get("trust-remote-code")), undefined);
    assert.deepEqual(
      found.positional.map(({ text }) => text),
      ["org/model", "x"],
    );
    assert.equal(found.model, "org/model");
  });

  it("keep all words of a list", () => {
    const found = read(["--served-model-name", "a", "b", "--lora-modules", "x=1", "y=2"]);
    assert.deepEqual(found.get("served-model-name")?.values, ["a", "b"]);
    assert.deepEqual(found.get("lora-modules")?.values, ["x=1", "y=2"]);
  });

  it("keep every occurrence with its position and spelling", () => {
    const found = readArguments(["vllm", "serve", "-tp=2"], ["x", "--tensor_parallel_size", "4"]);
    assert.deepEqual(
      found.allOf(TP).map(({ written, value: text, source, index }) => ({ written, text, source, index })),
      [
        { written: "-tp", text: "2", source: "command", index: 2 },
        { written: "--tensor_parallel_size", text: "4", source: "args", index: 1 },
      ],
    );
  });

  it("report an item with a blank as one wrong word, not as a flag", () => {
    const found = read(["--tensor-parallel-size 2", "--port=8080"]);
    assert.equal(found.get(TP), undefined);
    assert.deepEqual(
      found.malformed.map(({ text, index }) => [text, index]),
      [["--tensor-parallel-size 2", 0]],
    );
    assert.equal(value(found.get("port")), "8080");
  });

  it("take everything after -- as it is", () => {
    const found = read(["--port=1", "--", "--tensor-parallel-size=2"]);
    assert.equal(found.get(TP), undefined);
    assert.deepEqual(
      found.positional.map(({ text }) => text),
      ["--tensor-parallel-size=2"],
    );
  });

  const programs: [string, string[] | undefined, string[], string | undefined, string | undefined][] = [
    ["vllm serve with its model", ["vllm", "serve", "org/m"], ["-tp", "2"], "vllm serve", "org/m"],
    ["vllm serve with a path", ["/usr/bin/vllm", "serve"], ["org/m", "-tp", "2"], "vllm serve", "org/m"],
    ["vllm serve with --model", ["vllm", "serve"], ["--model=org/m", "-tp", "2"], "vllm serve", "org/m"],
    [
      "a module",
      ["python3", "-u", "-m", "vllm.entrypoints.openai.api_server"],
      ["--model", "org/m", "-tp=2"],
      "vllm.entrypoints.openai.api_server",
      "org/m",
    ],
    ["a module in args", undefined, ["python", "-m", "huggingfaceserver", "-tp=2"], "huggingfaceserver", undefined],
    ["a script", ["python3.12", "/app/serve.py"], ["-tp=2"], "serve.py", undefined],
    ["another server", ["/bin/tritonserver"], ["-tp=2"], "tritonserver", undefined],
    [
      "one behind launchers",
      ["tini", "--", "env", "A=1", "vllm", "serve"],
      ["org/m", "-tp", "2"],
      "vllm serve",
      "org/m",
    ],
    ["serve for an image that is vllm", undefined, ["serve", "org/m", "-tp", "2"], "vllm serve", "org/m"],
    ["none where the image decides", undefined, ["--model=org/m", "-tp", "2"], undefined, "org/m"],
    ["one in a shell", sh("exec vllm serve org/m -tp 2"), [], "vllm serve", "org/m"],
  ];
  for (const [what, command, args, program, model] of programs) {
    it(`know the program: ${what}`, () => {
      const found = readArguments(command, args);
      assert.equal(found.program, program);
      assert.equal(found.model, model);
      assert.equal(value(found.get(TP)), "2");
    });
  }

  const scripts: [string, string, string][] = [
    ["with other commands around", "cd /x && vllm serve m --tensor-parallel-size 2 && echo done", "2"],
    [
      "after set-up lines",
      "set -e\nmkdir -p /x; python -m pip install y\nexec vllm serve m -tp 2 2>&1 | tee /log",
      "2",
    ],
    ["on several lines", "vllm serve m \\\n  --port 8080 \\\n  --tensor-parallel-size 2", "2"],
    ["in single quotes", "vllm serve m '--tensor-parallel-size=2'", "2"],
    ["in double quotes", 'vllm serve m --tensor-parallel-size "2"', "2"],
    ["quoted in part", "vllm serve m --tensor-'parallel'-size=\"2\"", "2"],
    ["with escaped blanks", "vllm serve m --x=a\\ b -tp 2", "2"],
    ["before a comment", "vllm serve m -tp 2 # --tensor-parallel-size 4", "2"],
    ["with a hash in a word", "vllm serve m#1 -tp 2", "2"],
    ["before a redirection", "vllm serve m -tp 2 >/tmp/log 2>&1 < /dev/null", "2"],
    ["in the background", "vllm serve m -tp 2 & wait", "2"],
    ["in a branch", "if [ -d /m ]; then exec vllm serve m -tp 2; fi", "2"],
    ["in a subshell", "(sleep 1; vllm serve m -tp 2)", "2"],
    ["from a variable of the script", "TP=2; vllm serve m -tp $TP", "2"],
    ["from an exported variable", 'export TP="2"\nvllm serve m --tensor-parallel-size=${TP}', "2"],
    ["from a variable with several words", "FLAGS='--port 1 -tp 2'; vllm serve m $FLAGS", "2"],
    ["from the container's variable", "vllm serve m -tp $GPUS", "8"],
    ["from the container's variable in quotes", 'vllm serve m -tp "${GPUS}"', "8"],
    ["filled in by Kubernetes", "vllm serve m -tp $(GPUS)", "8"],
    ["instead of an empty variable", "vllm serve m -tp ${EMPTY:-2}", "2"],
    ["not instead of a set variable", "vllm serve m -tp ${GPUS:-2}", "8"],
    [
      "of vLLM, not of other modules",
      "python -m tools.server -tp 1 && python3 -m vllm.entrypoints.openai.api_server -tp 2",
      "2",
    ],
    ["of a module, not of other commands", "nvidia-smi -tp 9; python -m huggingfaceserver -tp 2; echo -tp 3", "2"],
    ["of the last command with words", "prepare -tp 1; /opt/server -tp 2 & wait", "2"],
    ["with a variable of its own", "A=1 vllm serve m -tp 2", "2"],
  ];
  const env = [
    { name: "GPUS", value: "8" },
    { name: "EMPTY", value: "" },
  ];
  for (const [where, script, expected] of scripts) {
    it(`are read in a shell script: ${where}`, () => {
      for (const command of [
        ["sh", "-c"],
        ["/bin/bash", "-euo", "pipefail", "-c"],
        ["/usr/bin/env", "bash", "-lc"],
      ]) {
        assert.equal(value(readArguments(command, [script], { env }).get(TP)), expected);
      }
    });
  }

  it("never reach the server after a script that does not use its parameters", () => {
    const found = readArguments(sh("vllm serve m"), ["--tensor-parallel-size=4"]);
    assert.equal(found.get(TP), undefined);
    assert.deepEqual(found.unread, [{ source: "args", index: 0 }]);
  });

  it("reach the server after a script that does", () => {
    const found = readArguments(sh('exec vllm serve m "$@"', "--"), [
      "--tensor-parallel-size=4",
      "--chat-template",
      "a b",
    ]);
    assert.deepEqual([found.get(TP)?.value, found.get(TP)?.index], ["4", 0]);
    assert.equal(value(found.get("chat-template")), "a b");
    assert.deepEqual(found.unread, []);
    assert.equal(value(readArguments(sh("vllm serve m -tp $1", "x"), ["4"]).get(TP)), "4");
  });

  it("do not fail on a script that the shell would refuse", () => {
    assert.equal(readArguments(sh("vllm serve 'm -tp 2"), []).get(TP), undefined);
  });

  const references: [string, unknown[], Environment, string | undefined][] = [
    ["to a variable", ["-tp", "$(GPUS)"], { env }, "8"],
    ["inside a text", ["-tp=$(GPUS)0"], { env }, "80"],
    ["to nothing stay as they are", ["-tp=$(NO)"], { env }, "$(NO)"],
    ["that are escaped", ["-tp=$$(GPUS)"], { env }, "$(GPUS)"],
    ["to a variable of variables", ["-tp=$(B)"], { env: [...env, { name: "B", value: "$(GPUS)" }] }, "8"],
    ["of variables to later ones stay", ["-tp=$(B)"], { env: [{ name: "B", value: "$(GPUS)" }, ...env] }, "$(GPUS)"],
  ];
  for (const [what, args, environment, expected] of references) {
    it(`fill references ${what}`, () => {
      assert.equal(value(read(args, environment).get(TP)), expected);
    });
  }
});

describe("unknown arguments of a server", () => {
  const secret = { env: [{ name: "TP", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }] };
  const cases: [string, unknown[], Environment | undefined, string, string[]][] = [
    ["a value", ["--max-model-len", UNKNOWN, "-tp", "2"], undefined, "max-model-len", [TP, "port"]],
    ["a value from elsewhere", ["--max-model-len=$(TP)", "-tp", "2"], secret, "max-model-len", [TP, "port"]],
    ["a value in a script", sh("vllm serve m --max-model-len $TP -tp 2"), secret, "max-model-len", [TP, "port"]],
    ["a value from the image", sh("vllm serve m --max-model-len $FROM_IMAGE -tp 2"), undefined, "max-model-len", [TP]],
    ["a value a command prints", sh("vllm serve m --max-model-len $(date) -tp 2"), undefined, "max-model-len", [TP]],
    ["an item", ["-tp", "2", UNKNOWN], undefined, TP, []],
    ["an item", ["-tp", "2", UNKNOWN], undefined, "port", []],
    ["an item before", [UNKNOWN, "-tp", "2"], undefined, "port", [TP]],
    ["an item after an unlisted flag", ["--some-flag", UNKNOWN, "-tp", "2"], undefined, "port", [TP]],
    ["part of a flag's name", ["--$(TP)=2"], secret, TP, []],
    [
      "a variable with an unlisted source",
      ["$(ALL)", "-tp", "2"],
      { envFrom: [{ secretRef: { name: "s" } }] },
      "port",
      [TP],
    ],
    ["which of two servers runs", sh("if a; then vllm serve m -tp 2; else vllm serve m -tp 4; fi"), undefined, TP, []],
    ["the script", ["sh", "-c", UNKNOWN], undefined, TP, []],
  ];
  for (const [what, args, environment, unknownFlag, knownFlags] of cases) {
    it(`${what}: ${unknownFlag} is unknown${knownFlags.length > 0 ? `, ${knownFlags.join(" and ")} are not` : ""}`, () => {
      const found = read(args, environment);
      assert.throws(() => found.get(unknownFlag)?.value, UnknownValueError);
      for (const flag of knownFlags) assert.equal(value(found.get(flag)), flag === TP ? "2" : undefined);
    });
  }

  it("make the whole list unknown, and what is known stays readable", () => {
    const found = read(["-tp", "2", UNKNOWN]);
    assert.throws(() => found.all, UnknownValueError);
    assert.throws(() => found.allOf(TP), UnknownValueError);
    assert.deepEqual(
      found.known.map(({ flag, value: text }) => [flag, text]),
      [[TP, "2"]],
    );
    assert.deepEqual(
      found.gaps.map(({ source, index }) => ({ source, index })),
      [{ source: "args", index: 2 }],
    );
  });

  it("are named with the path of the item", () => {
    const found = readArguments(undefined, list("-tp", UNKNOWN), {}, "pod.main");
    assert.throws(() => found.get(TP)?.value, new UnknownValueError("pod.main.args[1]"));
    const open = readArguments(undefined, list("x", UNKNOWN), {}, "pod.main");
    assert.throws(() => open.get(TP), new UnknownValueError("pod.main.args[1]"));
  });

  const elsewhere: Environment = { env: [{ name: "X", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }] };
  const reasons: [string, string[], Environment, RegExp][] = [
    ["nothing is applied yet", list("-tp", UNKNOWN), {}, /^args\[1\] is known only after apply$/],
    ["a shell decides", list(...sh("vllm serve $X")), {}, /^args\[2\] is decided by a shell in the container$/],
    ["a shell decides the value", list(...sh("vllm serve m -tp $(nproc)")), {}, /decided by a shell/],
    ["a Secret holds it", list("-tp", "$(X)"), elsewhere, /^args\[1\] takes a variable whose value is not in the pod/],
    [
      "the shell's variable is not applied yet",
      list(...sh("vllm serve m -tp $X")),
      { env: [{ name: "X", value: list(UNKNOWN)[0] ?? "" }] },
      /is known only after apply$/,
    ],
  ];
  for (const [what, args, environment, message] of reasons) {
    it(`says why a value cannot be told: ${what}`, () => {
      assert.throws(() => readArguments(undefined, args, environment).get(TP)?.value, { message });
    });
  }

  it("are found through guarded data too", () => {
    const plain: object = { args: list("-tp", "2", "--port", UNKNOWN), env: [{ name: "A", value: UNKNOWN }] };
    const main = guard(plain) as Environment & { args: string[] };
    const found = readArguments(undefined, main.args, main);
    assert.equal(value(found.get(TP)), "2");
    assert.throws(() => found.get("port")?.value, UnknownValueError);
  });

  it("may be all there is", () => {
    const all: unknown = UNKNOWN;
    const found = readArguments(undefined, all as string[]);
    assert.throws(() => found.get(TP), UnknownValueError);
  });

  it("never make a known last flag unknown by standing before it", () => {
    const before = fc.array(fc.constantFrom<unknown>(UNKNOWN, "--port", "8080", "-tp", "4", "x y", "--a=b"), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(before, fc.nat(9), (items, size) => {
        assert.equal(value(read([...items, `--tensor-parallel-size=${size}`]).get(TP)), String(size));
      }),
    );
  });
});
