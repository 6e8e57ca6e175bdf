/** What Pulumi's state holds of an object: its live form, and in `__` keys what was asked for and by whom. */
import { apiVersionOf, textAt, without } from "./objects";
import { copySecrets, fromPulumi, isObject, toPulumi, type Json, type JsonObject } from "./wire";

const INPUTS = "__inputs";
const API_VERSION = "__initialApiVersion";
const FIELD_MANAGER = "__fieldManager";

export interface State {
  /** As asked for, secrets in the clear. */
  inputs: JsonObject;
  /** As last seen, secrets in the clear. */
  live: JsonObject;
  fieldManager?: string;
}

/** The keys and their meaning are the official plugin's, so that a stack can move from one plugin to the other. */
export function readState(properties: JsonObject): State {
  const all = fromPulumi(properties);
  const inputs = all[INPUTS];
  const live = [INPUTS, API_VERSION, FIELD_MANAGER].reduce((object, key) => without(object, key), all);
  const fieldManager = textAt(properties, FIELD_MANAGER);
  const state = { inputs: isObject(inputs) ? inputs : {}, live };
  return fieldManager === undefined ? state : { ...state, fieldManager };
}

/** @param marked the inputs as they came over the wire: what is secret in them is secret in the state */
export function writeState(inputs: JsonObject, live: JsonObject, marked: JsonObject, fieldManager: string): JsonObject {
  const properties = copySecrets(toPulumi(live), marked);
  return {
    ...properties,
    [INPUTS]: copySecrets(toPulumi(inputs), marked),
    [API_VERSION]: apiVersionOf(inputs),
    [FIELD_MANAGER]: fieldManager,
  };
}

/** The part of a live object that `shape`, the inputs it was made from, speaks of; the rest is the cluster's own business. */
export function prune(live: JsonObject, shape: JsonObject): JsonObject {
  const kept = Object.keys(live).filter((key) => key in shape);
  return Object.fromEntries(kept.map((key) => [key, pruneValue(live[key] ?? null, shape[key] ?? null)]));
}

function pruneValue(live: Json, shape: Json): Json {
  if (isObject(live) && isObject(shape)) return prune(live, shape);
  if (!Array.isArray(live) || !Array.isArray(shape)) return live;
  return live.slice(0, shape.length).map((item, index) => pruneValue(item, shape[index] ?? null));
}
