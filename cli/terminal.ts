/** Where a command prints. */
export interface Terminal {
  /** Takes the result. */
  stdout: (text: string) => void;
  /** Takes problems and notes. */
  stderr: (text: string) => void;
  color: boolean;
  /** Columns to wrap prose at; absent when nobody is looking. */
  width?: number;
}
