import * as pulumi from "@pulumi/pulumi";
import { outcomeOf } from "./harness";
import { SUBJECTS, subject } from "./subjects";
const every = (keys: readonly string[], v: () => unknown) => Object.fromEntries(keys.map((k) => [k, v()]));
const LONG = "n".repeat(64);
void (async () => {
  const only = process.argv[2];
  for (const n of SUBJECTS) {
    if (only !== undefined && n !== only) continue;
    const s = subject(n);
    const typo = (k: string) => k.slice(0, -2) + k.slice(-1);
    const cases: [string, string, unknown][] = [
      ["right", "granite-x", s.right],
      ["args null", "x", null], ["args undefined", "x", undefined], ["args text", "x", "text"], ["args list", "x", []],
      ["args output", "x", pulumi.output(s.right)],
      ["{}", "x", {}],
      ["typos", "x", { ...s.right, ...Object.fromEntries(s.keys.map((k) => [typo(k), 1])) }],
      ["null", "x", every(s.keys, () => null)],
      ["NaN", "x", every(s.keys, () => NaN)],
      ["1e308", "x", every(s.keys, () => 1e308)],
      ["bigint", "x", every(s.keys, () => 10n)],
      ["function", "x", every(s.keys, () => () => 1)],
      ["symbol", "x", every(s.keys, () => Symbol("a"))],
      ["date", "x", every(s.keys, () => new Date(0))],
      ["empty text", "x", every(s.keys, () => "")],
      ["[]", "x", every(s.keys, () => [])],
      ["{} each", "x", every(s.keys, () => ({}))],
      ["[[]]", "x", every(s.keys, () => [[]])],
      ["[null]", "x", every(s.keys, () => [null])],
      ["{a:null}", "x", every(s.keys, () => ({ a: null }))],
      ["unicode", "x", every(s.keys, () => "Ünï.Code")],
      ["late", "x", every(s.keys, () => pulumi.output("later"))],
      ...["", LONG, LONG.slice(1), "Upper", "ünï", "a.b", "a b", "-a", "1a"].map((name): [string, string, unknown] => [`name ${name}`, name, s.right]),
    ];
    for (const [what, name, args] of cases) {
      const { resources, thrown, late } = await outcomeOf(s, name, args);
      const isRun = pulumi.RunError.isInstance(thrown);
      console.log(`@@ ${n} / ${what}: ${thrown === undefined ? "accepted" : isRun ? "refused" : "CRASH"} registered=${resources.length}`);
      if (thrown !== undefined) console.log(isRun ? (thrown as Error).message : (thrown as Error).stack);
      for (const l of late) console.log("LATE " + l);
    }
    const cyc: Record<string, unknown> = { ...s.right }; cyc[s.keys[0]!] = cyc;
    const r = await outcomeOf(s, "x", cyc);
    console.log(`@@ ${n} / cyclic: ${(r.thrown as Error | undefined)?.message.slice(0, 200)}`);
  }
  process.exit(0);
})();
