/** A rule that can be anything, and a world for it. */
import type { Rule, Verdict } from "../../policies/rule";
import * as kinds from "../../policies/world/kinds";
import { buildWorld, type WorldObject } from "../../policies/world/world";
import { granite, inStack } from "./rules/granite";

export type Services = Rule<WorldObject<typeof kinds.inferenceService.shape & object>>;

/** A rule over services that says what the test wants. */
export function rule(check: Services["check"], change: Partial<Rule> = {}): Rule {
  const services: Services = {
    id: "test/rule",
    level: "mandatory",
    title: "Title",
    why: "Why",
    source: "own",
    profile: "minimal",
    subjects: (world) => world.subjects(kinds.inferenceService),
    check,
  };
  return { ...services, ...change };
}

export const failing: Verdict = { outcome: "fail", path: "spec", message: "It is wrong.", fix: "Make it right." };
export const world = buildWorld(inStack(granite()));
