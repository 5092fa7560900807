/** A test that a model wrote: a call with literals, and the literal that it is said to give. Nobody has checked it. */
export interface GeneratedTest {
  /** `f('a  b', 2)` */
  input: string;
  expected: string;
}
