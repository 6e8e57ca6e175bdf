/** Kinds of model that a runtime serves. */
import type { z } from "zod";
import { flag, list, object, text, textLike, whole } from "../schema/fields";
import type { Loose, SchemaOf } from "../schema/plain";
import type { Problem } from "../schema/problem";
import { at, quote } from "../schema/problem";

/** A kind of model that a runtime serves. Upstream: kserve `SupportedModelFormat`. */
export interface RuntimeFormat {
  /** Compared letter by letter with the format of a service. */
  name: string;
  /** Such as `1` or `2.3`. Default: any. */
  version?: string;
  /** Whether KServe may pick the runtime for services of this format that name none. Default: false. */
  autoSelect?: boolean;
  /** The higher one wins where KServe picks; at least 1. */
  priority?: number;
}

/** A list with something in it. */
export function atLeastOne<Item extends z.ZodType>(item: Item, what: string): z.ZodArray<Item> {
  return list(item, what).min(1, { error: `is empty; expected at least one of the ${what}` });
}

export const formatSchema = object({
  name: text("a model format"),
  version: textLike(/^\d+(\.\d+){0,2}$/, 'a version such as "1" or "2.3"').optional(),
  autoSelect: flag.optional(),
  priority: whole(1).optional(),
}) satisfies SchemaOf<RuntimeFormat>;

export const formatsSchema = atLeastOne(formatSchema, "model formats");

/**
 * KServe refuses a runtime that gives one format different priorities for automatic selection.
 * Paths begin at the list.
 */
export function formatsAgree(formats: Loose<RuntimeFormat[]>): Problem[] {
  return formats.flatMap((format, index) => {
    if (format?.autoSelect !== true || format.priority === undefined) return [];
    const first = formats.find((one) => one?.name === format.name && one?.autoSelect === true);
    if (first?.priority === undefined || first.priority === format.priority) return [];
    const message = `${format.priority}, but ${quote(format.name)} has priority ${first.priority} above; KServe wants one priority for a format`;
    return at([index, "priority"], message);
  });
}
