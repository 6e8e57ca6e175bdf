/** Which requirements are delivered and shown, which are not, and what is wrong with saying so. */
import { nearest } from "../../../sdk/catalog/nearest";
import type { Part, Requirement, Requirements } from "./requirements";
import type { Tag, Tags } from "./tags";

/** What is known of one requirement. */
export interface Coverage extends Requirement {
  id: string;
  places: readonly Tag[];
  tests: readonly Tag[];
  /** What it lacks: parts that no tag delivers, a test; empty: delivered and shown. */
  missing: readonly (Part | "test")[];
}

/** Where a part may lie. A page of an example counts as both. */
const LIES: Readonly<Record<Part, (path: string) => boolean>> = {
  component: isCode,
  catalogue: isCode,
  function: isCode,
  documentation: (path) => path.endsWith(".md"),
  example: (path) => path.startsWith("examples/"),
  policy: (path) => path.startsWith("policies/"),
};

function isCode(path: string): boolean {
  return path.endsWith(".ts") && !path.startsWith("examples/");
}

/** Every requirement with its places, its tests and what it lacks. */
export function coverageOf({ requirements }: Requirements, tags: Tags): Coverage[] {
  return Object.entries(requirements).map(([id, requirement]) => {
    const places = tags.places.filter((tag) => tag.id === id);
    const tests = tags.tests.filter((tag) => tag.id === id);
    return { id, ...requirement, places, tests, missing: missingOf(requirement, places, tests) };
  });
}

function missingOf(requirement: Requirement, places: readonly Tag[], tests: readonly Tag[]): Coverage["missing"] {
  const parts = requirement.by.filter((part) => !isNext(requirement, part));
  const asked = parts.length > 0 ? parts : requirement.by;
  const missing = asked.filter((part) => !places.some(({ path }) => LIES[part](path)));
  // A page is what it delivers; there is nothing more to show.
  const shown = tests.length > 0 || asked.every((part) => part === "documentation");
  return shown ? missing : [...missing, "test"];
}

function isNext({ next }: Requirement, part: Part): boolean {
  return part === "policy" && next === "policies";
}

/** Nothing of it belongs to this issue. */
export function isForPolicies(requirement: Requirement): boolean {
  return requirement.by.every((part) => isNext(requirement, part));
}

/** The same requirements, with those out of `open` that are delivered and shown. */
export function withoutDone(all: Requirements, tags: Tags): Requirements {
  const done = new Set(
    coverageOf(all, tags)
      .filter(({ missing }) => missing.length === 0)
      .map(({ id }) => id),
  );
  return { ...all, open: Object.fromEntries(Object.entries(all.open).filter(([id]) => !done.has(id))) };
}

/** Everything that keeps the page from being true. */
export function coverageProblems(all: Requirements, tags: Tags): string[] {
  const known = Object.keys(all.requirements);
  const unknown = [...tags.places, ...tags.tests]
    .filter(({ id }) => !known.includes(id))
    .map(({ id, path, name }) => {
      const meant = nearest(id, known);
      return `${path}: ${name}: no requirement is called ${id}${meant === undefined ? "" : `; did you mean ${meant}?`}`;
    });
  const states = coverageOf(all, tags).flatMap((coverage) => stateProblem(coverage, all.open[coverage.id]));
  const strangers = Object.keys(all.open)
    .filter((id) => !known.includes(id))
    .map((id) => `requirements.json: no requirement is called ${id}, which "open" lists`);
  return [...tags.problems, ...unknown, ...strangers, ...states];
}

function stateProblem(coverage: Coverage, lacks: string | undefined): string[] {
  const { id, missing } = coverage;
  const covered = missing.length === 0;
  const open = lacks !== undefined;
  if (isForPolicies(coverage)) {
    if (open) return [`${id} belongs to the issue of the policies; take it out of "open" in requirements.json`];
    return covered ? [`${id} is delivered and shown; take "next" out of requirements.json`] : [];
  }
  if (open && covered) return [`${id} is delivered and shown; take it out of "open" in requirements.json`];
  if (open) return lacks.trim() === "" ? [`${id} is open; say in requirements.json what it lacks`] : [];
  if (covered) return [];
  return [`${id} has no ${missing.join(", no ")}: tag what delivers and shows it (CONTRIBUTING.md)`];
}
