import { SpecError } from "../../sdk/spec/schema/problem";
import type { ServingStackArgs } from "../../sdk/spec/stack/servingStack";
import { readStackConfig } from "../../sdk/spec/stack/stackConfig";
import { plainError } from "../specification";

/** Arguments of a ServingStack from the configuration of the running program. @throws RunError with all problems */
export function readConfiguration(values: Record<string, string>): ServingStackArgs {
  try {
    return readStackConfig(values);
  } catch (error) {
    if (error instanceof SpecError) throw plainError(error.message);
    throw error;
  }
}
