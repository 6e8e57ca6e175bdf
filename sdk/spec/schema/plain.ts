/** How a hand-written interface and the schema that reads it are held together by the compiler. */
import type { Unwrap } from "@pulumi/pulumi";
import type { z } from "zod";

/** `T` as a schema reads it: without Outputs, and with every optional property also allowed to be undefined. */
export type Plain<T> = Loosened<Unwrap<T>>;

/** A schema that accepts exactly what the interface `T` allows: `schema satisfies SchemaOf<T>`. */
export type SchemaOf<T> = z.ZodType<unknown, Plain<T>>;

/** `T` once the parts that broke the schema are taken out: anything may be missing. */
export type Loose<T> = LooseData<Unwrap<T>>;

type LooseData<T> = T extends readonly (infer Item)[]
  ? (LooseData<Item> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: LooseData<T[Key]> | undefined }
    : T;

type Loosened<T> = T extends readonly (infer Item)[]
  ? Loosened<Item>[]
  : T extends object
    ? { [Key in keyof T]: Loosened<T[Key]> | (IsOptional<T, Key> extends true ? undefined : never) }
    : T;

type IsOptional<T, Key extends keyof T> = Partial<Pick<T, Key>> extends Pick<T, Key> ? true : false;
