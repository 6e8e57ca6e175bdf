/** Parts of a stack as they were written: checked here, and read with their defaults by the component that makes them. */
import { z } from "zod";
import { object } from "../schema/fields";

/** Checks by a schema and leaves everything as it is: a default that is written out could contradict a rule. */
export function asWritten<Schema extends z.ZodType>(schema: Schema): z.ZodType<z.input<Schema>, z.input<Schema>> {
  return z.any().superRefine((value, context) => {
    const { error } = schema.safeParse(value);
    for (const issue of error?.issues ?? []) context.addIssue({ ...issue });
  });
}

/** The schema of a component without the fields that its stack fills in; a misspelt key is never taken for one of them. */
export function partOf<Shape extends z.ZodRawShape, Key extends keyof Shape & string>(
  schema: z.ZodObject<Shape>,
  filledIn: readonly Key[],
  what: string,
): z.ZodObject<Omit<Shape, Key>, z.core.$strict> {
  const left = Object.entries(schema.shape).filter(([key]) => !(filledIn as readonly string[]).includes(key));
  return object(Object.fromEntries(left) as Omit<Shape, Key>, what);
}
