/** The conditions of a whole stack. */
import { catalogIsSound } from "../catalog/field";
import { namespaceProblem } from "../inference/serviceRules";
import { ingressFitsPlatform } from "../platform/platform";
import { at } from "../schema/problem";
import type { SpecRule } from "../schema/validate";
import { partRules } from "./partRules";
import type { ServingStackArgs } from "./servingStack";
import { modelsFit } from "./stackModels";
import { stackPlatform } from "./stackPlatform";

export const servingStackRules: readonly SpecRule<ServingStackArgs>[] = [
  catalogIsSound,
  ingressFitsPlatform,
  ({ namespace, ...stack }) =>
    at(["namespace", "name"], namespaceProblem(namespace?.name ?? "models", stackPlatform(stack))),
  ...partRules,
  modelsFit,
];
