import type { JsonObject } from "./wire";

/** The object is in the cluster and belongs into the state, although something about it failed. */
export class InitializationError extends Error {
  readonly id: string;
  readonly properties: JsonObject;
  /** Inputs to put into the state instead of the resource's own; only a refresh has any. */
  readonly inputs?: JsonObject;
  readonly reasons: string[];

  /** @param reasons what to say beside the message */
  constructor(
    message: string,
    resource: { id: string; properties: JsonObject; inputs?: JsonObject },
    reasons: string[] = [],
  ) {
    super(message);
    this.name = "InitializationError";
    this.id = resource.id;
    this.properties = resource.properties;
    if (resource.inputs !== undefined) this.inputs = resource.inputs;
    this.reasons = [message, ...reasons];
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
