/** Where an object was read, so that a report can point at the line or resource a person can edit. */
export type Source =
  | { from: "stack"; urn: string }
  /** `document` counts from 1 within the file; the items of a List share the number of the List. */
  | { from: "file"; file: string; document: number }
  /** What the cluster holds already: context for the rules, never judged itself. */
  | { from: "inventory"; file?: string; document?: number };

/** An object as it was parsed, of any content, with its source. */
export interface SourcedObject {
  object: unknown;
  source: Source;
}
