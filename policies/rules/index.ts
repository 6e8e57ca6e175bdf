/** All rules, in the order they are documented. */
import type { Rule } from "../rule";
import { noSecondRoute } from "./expose/no-second-route";

export const rules: Rule[] = [noSecondRoute];
