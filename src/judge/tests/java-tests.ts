/** What a test class is written for, and the class of ours that fails in the same way. */
interface Kind {
  mark: RegExp;
  control(name: string): string;
}

const JUPITER: Kind = {
  mark: /\borg\.junit\.jupiter\b/,
  control: (name) =>
    `class ${name} {\n  @org.junit.jupiter.api.Test\n  void control() {\n    org.junit.jupiter.api.Assertions.assertEquals(1, 2);\n  }\n}\n`,
};
const JUNIT_4: Kind = {
  mark: /\borg\.junit\.(?:Test\b|\*|Assert\b)/,
  control: (name) =>
    `public class ${name} {\n  @org.junit.Test\n  public void control() {\n    org.junit.Assert.assertEquals(1, 2);\n  }\n}\n`,
};
/** Stands for either, as the project has it. */
const KOTLIN = /\bkotlin\.test\b/;

/** Whether a source of Java or Kotlin holds tests of JUnit 4 or 5. */
export function isJUnit(text: string): boolean {
  return [JUPITER.mark, JUNIT_4.mark, KOTLIN].some((mark) => mark.test(text));
}

/**
 * A class in Java that fails, for the package of a test and for what it is written for.
 *
 * @param settings of the project: they tell which JUnit stands behind the tests of Kotlin
 */
export function controlClass(name: string, test: string, settings = ''): string {
  const kind = [JUPITER, JUNIT_4].find(({ mark }) => mark.test(test));
  const told = /useJUnitPlatform|jupiter|junit5/i.test(settings) ? JUPITER : JUNIT_4;
  const place = packageOf(test);
  return `${place === '' ? '' : `package ${place};\n\n`}${(kind ?? told).control(name)}`;
}

/** Empty where it names none. */
export function packageOf(text: string): string {
  return /^\s*package\s+([\w.]+)/m.exec(text)?.[1] ?? '';
}

/** The test file that a class is from, as its name has it. */
export function fileOfClass(classname: string, files: string[]): string | undefined {
  const path = classname.replace(/\$.*$/, '').replaceAll('.', '/');
  return files.find((file) => file.replace(/\.\w+$/, '').endsWith(`/${path}`));
}
