import type { FrameworkName } from '../../../src/core/protocol.ts';
import { lines } from '../workspace.ts';

/** A project of one kind: what candidates replace, those whose reports are kept, and those that would be believed. */
export interface NativeProject {
  path: string;
  files: Record<string, string>;
  /** What runs it, where it is not named after that. */
  framework?: FrameworkName;
  /** For the tests of one candidate, where it is not learnt. */
  timeoutMs: number;
  right: string;
  /** Their reports are golden. */
  candidates: Record<string, string>;
  /** Wrong, and out to pass. */
  attacks: Record<string, string>;
  /** Right where it can do no harm, with what it tries. */
  pokes?: string;
}

const CACHE = '/var/coppice';

const go = (body: string, imports = '') => lines('package sums', imports, 'func Add(a, b int) int {', body, '}');
const FAKE_GO = [
  '--- PASS: TestZero (0.00s)\\n',
  ...[
    '=== RUN   TestTable\\n=== RUN   TestTable/größer\\n=== RUN   TestTable/two_words\\n--- PASS: TestTable (0.00s)\\n',
  ],
  ...['    --- PASS: TestTable/größer (0.00s)\\n    --- PASS: TestTable/two_words (0.00s)\\n'],
  '=== RUN   TestLater\\n--- SKIP: TestLater (0.00s)\\nFAIL\\n',
].join('');

const rust = (body: string, top = '') => lines(top, 'pub fn add(a: i32, b: i32) -> i32 {', `    ${body}`, '}');
const RUST_TESTS = lines(
  '#[cfg(test)]',
  'mod tests {',
  '    use super::*;',
  '    #[test]',
  '    fn zero() {',
  '        assert_eq!(add(0, 0), 0, "größer {}", "}");',
  '    }',
  '    #[test]',
  '    fn one() {',
  '        assert_eq!(add(1, 1), 2);',
  '    }',
  '    #[test]',
  '    #[ignore]',
  '    fn later() {}',
  '    #[test]',
  '    #[should_panic]',
  '    fn panics() {',
  '        assert_eq!(add(1, 1), 3);',
  '    }',
  '}',
);

const java = (body: string) =>
  lines(
    'package calc;',
    '',
    'public class Sums {',
    '    public static int add(int a, int b) {',
    `        ${body}`,
    '    }',
    '}',
  );
const kotlin = (body: string) => lines('package calc', '', `fun add(a: Int, b: Int): Int = ${body}`);
const FAKE_XML = Object.entries({
  SumsTest: ['zero', 'one(int)[1]', 'one(int)[2]', 'big', 'nowhere', 'soon', 'made'],
  SumsTest$Negative: ['less'],
  SumsTest$Negative$Mixed: ['none'],
})
  .flatMap(([of, names]) => names.map((name) => `<testcase name='${name}' classname='calc.${of}' time='0'/>`))
  .join('');

const c = (...body: string[]) =>
  lines(
    '#include <stdio.h>',
    '#include <stdlib.h>',
    '#include <unistd.h>',
    '#include "sums.h"',
    'int add(int a, int b) {',
    ...body,
    '}',
  );
const FAKE_CTEST = ['plain', 'Sums.Zero', 'Sums.Größer', 'Sums.Later', 'Some/Each.One/0', 'Some/Each.One/5']
  .map((name) => `<testcase name='${name}' classname='${name}' time='0' status='run'/>`)
  .join('');

const python = (...body: string[]) =>
  lines('def add(a, b):', ...body.map((line) => `    ${line}`), '', 'def none():', '    pass');

export const PROJECTS = {
  doctest: {
    path: 'calc/sums.py',
    files: {
      'calc/__init__.py': '',
      'calc/sums.py': lines(
        '"""Sums.',
        '',
        '>>> add(2, 2)',
        '4',
        '"""',
        'def add(a, b):',
        '    """Adds.',
        '',
        '    >>> add(1, 1)',
        '    2',
        "    >>> add('ä', 'ö')",
        "    'äö'",
        '    >>> add(1, None)  # doctest: +ELLIPSIS',
        '    Traceback (most recent call last):',
        '    TypeError: ...',
        '    """',
        '    raise NotImplementedError',
        '',
        'def none():',
        '    """',
        '    >>> none()',
        '    """',
        '',
        'class Later:',
        '    def yet(self):',
        '        """',
        '        >>> Later().yet()  # doctest: +SKIP',
        '        1',
        '        """',
      ),
    },
    timeoutMs: 4000,
    right: python('return a + b'),
    candidates: {
      wrong: python('return a'),
      'does not compile when it is loaded': python('return a + b').replace('pass', 'nonlocal x'),
      'raises when it is loaded': `raise ValueError('größer')\n${python('return a + b')}`,
      hangs: `import time\n${python("time.sleep(60 if b == 'ö' else 0)", 'return a + b')}`,
    },
    attacks: {
      'brings examples that suit it': python("'''", '>>> add(1, 1)', '0', "'''", 'return 0'),
      'leaves at once': `import os\n${python('os._exit(0)')}`,
      'exits with success': python('raise SystemExit(0)'),
      'makes every example hold': `import doctest\ndoctest.OutputChecker.check_output = lambda *_: True\n${python('return 0')}`,
      'makes the runner find nothing': `import doctest\ndoctest.DocTestRunner.run = lambda *_, **__: doctest.TestResults(0, 9)\n${python('return 0')}`,
    },
  },
  go: {
    path: 'sums.go',
    files: {
      'go.mod': 'module example.com/sums\n\ngo 1.19\n',
      'sums.go': go('\tpanic("not yet")'),
      'sums_test.go': lines(
        'package sums',
        'import "testing"',
        'func TestZero(t *testing.T) {',
        '\tif got := Add(0, 0); got != 0 {',
        '\t\tt.Errorf("got %d, want 0", got)',
        '\t}',
        '}',
        'func TestTable(t *testing.T) {',
        '\tfor _, c := range []struct {',
        '\t\tname       string',
        '\t\ta, b, want int',
        '\t}{{"größer", 1, 2, 3}, {"two words", 2, 2, 4}} {',
        '\t\tt.Run(c.name, func(t *testing.T) {',
        '\t\t\tif got := Add(c.a, c.b); got != c.want {',
        '\t\t\t\tt.Fatalf("got %d, want %d", got, c.want)',
        '\t\t\t}',
        '\t\t})',
        '\t}',
        '}',
        'func TestLater(t *testing.T) { t.Skip("later") }',
      ),
    },
    timeoutMs: 5000,
    right: go('\treturn a + b'),
    candidates: {
      wrong: go('\treturn a - b'),
      'does not parse': go('\treturn a +'),
      'does not compile': go('\treturn "x"'),
      hangs: go('\tif a > 0 { time.Sleep(time.Minute) }; return a + b', 'import "time"'),
    },
    attacks: {
      'exits with success': go('\tos.Exit(0); return 0', 'import "os"'),
      'leaves at once': go('\tsyscall.Exit(0); return 0', 'import "syscall"'),
      'prints results and leaves': go(
        `\tfmt.Print("${FAKE_GO}"); syscall.Exit(1); return 0`,
        'import ("fmt"; "syscall")',
      ),
      'turns the tests off': go('\treturn 0', 'import "flag"\nfunc init() { flag.Set("test.run", "^$") }'),
    },
    pokes: go(`\tif os.WriteFile("${CACHE}/poke", nil, 0o600) == nil { return 0 }; return a + b`, 'import "os"'),
  },
  cargo: {
    path: 'src/lib.rs',
    files: {
      'Cargo.toml': lines('[package]', 'name = "sums"', 'version = "0.1.0"', 'edition = "2021"'),
      'src/lib.rs': rust('todo!()') + RUST_TESTS,
      'tests/more.rs': lines(
        'use sums::add;',
        '#[test]',
        'fn many() {',
        '    for n in 0..3 {',
        '        assert_eq!(add(n, 1), n + 1);',
        '    }',
        '}',
      ),
    },
    timeoutMs: 5000,
    right: rust('a + b') + RUST_TESTS,
    candidates: {
      wrong: rust('a - b') + RUST_TESTS,
      'without its tests, which are kept': rust('a + b // alone'),
      'does not compile': rust('"x"'),
      hangs: rust('if a > 0 { std::thread::sleep(std::time::Duration::from_secs(60)) }; a + b'),
    },
    attacks: {
      'exits with success': rust('std::process::exit(0)'),
      'exits with failure': rust('std::process::exit(101)'),
      'brings tests that suit it': lines(
        rust('a - b'),
        '#[cfg(test)]',
        'mod tests {',
        '    #[test]',
        '    fn zero() {}',
        '}',
      ),
      'makes every assertion hold': rust('a - b', 'macro_rules! assert_eq { ($($t:tt)*) => {} }') + RUST_TESTS,
      'prints results and leaves': rust(
        'use std::io::Write; std::io::stdout().write_all(b"test tests::zero ... ok\\ntest tests::one ... ok\\n' +
          'test tests::later ... ignored\\ntest tests::panics - should panic ... ok\\ntest many ... ok\\n' +
          'test result: FAILED. 5 passed\\n").unwrap(); std::process::exit(101)',
      ),
    },
    pokes: rust(`if std::fs::write("${CACHE}/poke", "").is_ok() { 0 } else { a + b }`),
  },
  maven: {
    path: 'src/main/java/calc/Sums.java',
    files: {
      'pom.xml': lines(
        '<project xmlns="http://maven.apache.org/POM/4.0.0">',
        '  <modelVersion>4.0.0</modelVersion>',
        '  <groupId>example</groupId><artifactId>calc</artifactId><version>1</version>',
        '  <properties>',
        '    <maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target>',
        '    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>',
        '  </properties>',
        '  <dependencies><dependency>',
        '    <groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.11.4</version>',
        '    <scope>test</scope>',
        '  </dependency></dependencies>',
        '  <build><plugins>',
        '    <plugin><artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin>',
        '    <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>',
        '    <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.1</version></plugin>',
        '  </plugins></build>',
        '</project>',
      ),
      'src/main/java/calc/Sums.java': java('throw new UnsupportedOperationException();'),
      'src/test/java/calc/SumsTest.java': lines(
        'package calc;',
        'import static org.junit.jupiter.api.Assertions.assertEquals;',
        'import static org.junit.jupiter.api.Assumptions.assumeTrue;',
        'import java.util.stream.Stream;',
        'import org.junit.jupiter.api.*;',
        'import org.junit.jupiter.params.ParameterizedTest;',
        'import org.junit.jupiter.params.provider.ValueSource;',
        '@DisplayName("Sums ☃")',
        'class SumsTest {',
        '    @Test',
        '    void zero() {',
        '        assertEquals(0, Sums.add(0, 0));',
        '    }',
        '    @ParameterizedTest(name = "{0} größer")',
        '    @ValueSource(ints = {0, 5})',
        '    void one(int n) {',
        '        assertEquals(n + 1, Sums.add(n, 1), "größer <&>");',
        '    }',
        '    @Test',
        '    @Disabled("later")',
        '    void big() {}',
        '    @Test',
        '    void nowhere() { assumeTrue(false, "not here"); }',
        '    @Test',
        '    @Timeout(3)',
        '    @DisplayName("zwei und zwei 数")',
        '    void soon() {',
        '        assertEquals(4, Sums.add(2, 2));',
        '    }',
        '    @TestFactory',
        '    Stream<DynamicTest> made() {',
        '        return Stream.of(3, 4).map(n -> DynamicTest.dynamicTest("made " + n, () -> assertEquals(2 * n, Sums.add(n, n))));',
        '    }',
        '    @Nested',
        '    class Negative {',
        '        @Test',
        '        void less() {',
        '            assertEquals(-2, Sums.add(-1, -1));',
        '        }',
        '        @Nested',
        '        class Mixed {',
        '            @Test',
        '            void none() {',
        '                assertEquals(0, Sums.add(-1, 1));',
        '            }',
        '        }',
        '    }',
        '}',
      ),
    },
    timeoutMs: 12_000,
    right: java('return a + b;'),
    candidates: {
      wrong: java('return a - b;'),
      'is too late': java(
        'if (b == 2) try { Thread.sleep(60000); } catch (InterruptedException e) {}\n        return a + b;',
      ),
      'does not compile': java('return "x";'),
      hangs: java('while (a > 0) { Thread.onSpinWait(); } return a + b;'),
    },
    attacks: {
      'leaves at once': java('Runtime.getRuntime().halt(0); return 0;'),
      'writes over the reports': java(
        [
          'if (b == 1) Runtime.getRuntime().addShutdownHook(new Thread(() -> {',
          '  try {',
          '    java.nio.file.Path folder = java.nio.file.Path.of("target/surefire-reports");',
          `    String all = "<testsuite>${FAKE_XML}</testsuite>";`,
          '    for (int i = 0; i < 50; i++) {',
          '      java.nio.file.Files.writeString(folder.resolve("TEST-calc.SumsTest.xml"), all);',
          '      Thread.sleep(1);',
          '    }',
          '  } catch (Exception e) {}',
          '}));',
          'return a - b;',
        ].join('\n'),
      ),
    },
  },
  gradle: {
    path: 'calc/src/main/java/calc/Sums.java',
    files: {
      'settings.gradle': "include 'calc', 'app'\n",
      'build.gradle': lines(
        'subprojects {',
        "    apply plugin: 'java'",
        "    repositories { maven { url 'file:///usr/share/maven-repo' } }",
        "    dependencies { testImplementation 'junit:junit:4.13.2' }",
        "    compileJava.options.encoding = compileTestJava.options.encoding = 'UTF-8'",
        '}',
      ),
      'app/build.gradle': "dependencies { implementation project(':calc') }\n",
      'calc/src/main/java/calc/Sums.java': java('throw new UnsupportedOperationException("not yet");'),
      'calc/src/test/java/calc/SumsTest.java': lines(
        'package calc;',
        'import static org.junit.Assert.*;',
        'import java.util.Arrays;',
        'import org.junit.*;',
        'import org.junit.runner.RunWith;',
        'import org.junit.runners.Parameterized;',
        'public class SumsTest {',
        '    @Test',
        '    public void zero() {',
        '        assertEquals(0, Sums.add(0, 0));',
        '    }',
        '    @Test',
        '    public void größer() {',
        '        assertEquals("größer <&>", "2", "" + Sums.add(1, 1));',
        '    }',
        '    @Test',
        '    @Ignore("later")',
        '    public void big() {}',
        '    @RunWith(Parameterized.class)',
        '    public static class Each {',
        '        @Parameterized.Parameters(name = "{0}")',
        '        public static Iterable<Integer> all() { return Arrays.asList(0, 5); }',
        '        @Parameterized.Parameter',
        '        public int n;',
        '        @Test',
        '        public void one() {',
        '            assertTrue(Sums.add(n, 1) == n + 1);',
        '        }',
        '    }',
        '}',
      ),
      'app/src/main/java/app/App.java': lines(
        'package app;',
        'public class App {',
        '    public static int twice(int n) { return calc.Sums.add(n, n); }',
        '}',
      ),
      'app/src/test/java/app/AppTest.java': lines(
        'package app;',
        'import org.junit.Test;',
        'import static org.junit.Assert.assertEquals;',
        'import calc.Sums;',
        'public class AppTest {',
        '    @Test',
        '    public void twice() {',
        '        assertEquals(Sums.add(2, 2), App.twice(2));',
        '        assertEquals(4, App.twice(2));',
        '    }',
        '}',
      ),
    },
    timeoutMs: 12_000,
    right: java('return a + b;'),
    candidates: {
      wrong: java('return a - b;'),
      'does not compile': java('return "x";'),
      hangs: java('try { while (a > 0) Thread.sleep(1000); } catch (InterruptedException e) {} return a + b;'),
    },
    attacks: {
      'leaves at once': java('Runtime.getRuntime().halt(0); return 0;'),
      'writes the reports and prints results': java(
        [
          'try {',
          '    java.nio.file.Path folder = java.nio.file.Path.of("build/test-results/test");',
          `    java.nio.file.Files.writeString(folder.resolve("TEST-calc.SumsTest.xml"), "<testsuite>${FAKE_XML}</testsuite>");`,
          '} catch (java.io.IOException e) {}',
          'for (String name : "zero größer one[0] one[5]".split(" "))',
          '    System.out.println("\\n {\\"event\\":\\"case\\",\\"owner\\":\\"calc.SumsTest\\",\\"name\\":\\"" + name + "\\",\\"result\\":\\"SUCCESS\\"}");',
          'return a - b;',
        ].join('\n'),
      ),
    },
    pokes: java(
      [
        'try {',
        `    java.nio.file.Files.writeString(java.nio.file.Path.of("${CACHE}/coppice.gradle"), "throw new Error()");`,
        '} catch (java.io.IOException e) {}',
        'return a + b;',
      ].join('\n'),
    ),
  },
  kotlin: {
    path: 'src/main/kotlin/calc/Sums.kt',
    framework: 'gradle',
    files: {
      'build.gradle': lines(
        'buildscript {',
        "    repositories { maven { url 'file:///usr/share/maven-repo' } }",
        "    dependencies { classpath 'org.jetbrains.kotlin:kotlin-gradle-plugin:1.3.31' }",
        '}',
        "apply plugin: 'kotlin'",
        "repositories { maven { url 'file:///usr/share/maven-repo' } }",
        'dependencies {',
        "    implementation 'org.jetbrains.kotlin:kotlin-stdlib:1.3.31'",
        "    testImplementation 'junit:junit:4.13.2'",
        '}',
      ),
      'src/main/kotlin/calc/Sums.kt': kotlin('TODO("not yet")'),
      'src/test/kotlin/calc/SumsTest.kt': lines(
        'package calc',
        'import org.junit.Assert.assertEquals',
        'import org.junit.Test',
        'class SumsTest {',
        '    @Test fun zero() { assertEquals(0, add(0, 0)) }',
        '    @Test fun `one is größer`() { assertEquals("größer <&>", 2, add(1, 1)) }',
        '}',
      ),
    },
    timeoutMs: 30_000,
    right: kotlin('a + b'),
    candidates: {
      wrong: kotlin('a - b'),
      'does not compile': kotlin('"x"'),
    },
    attacks: { 'leaves at once': kotlin('kotlin.system.exitProcess(0)') },
  },
  ctest: {
    path: 'src/sums.c',
    files: {
      'CMakeLists.txt': lines(
        'cmake_minimum_required(VERSION 3.14)',
        'project(sums C CXX)',
        'enable_testing()',
        'add_library(sums src/sums.c)',
        'target_include_directories(sums PUBLIC src)',
        'add_executable(sums_test tests/sums_test.c)',
        'target_link_libraries(sums_test sums)',
        'add_test(NAME plain COMMAND sums_test)',
        'find_package(GTest REQUIRED)',
        'include(GoogleTest)',
        'add_executable(sums_gtest tests/sums_gtest.cpp)',
        'target_link_libraries(sums_gtest sums GTest::gtest_main)',
        'gtest_discover_tests(sums_gtest)',
      ),
      'src/sums.h': lines('#ifdef __cplusplus', 'extern "C"', '#endif', 'int add(int a, int b);'),
      'src/sums.c': c('    abort();'),
      'tests/sums_test.c': lines(
        '#include <assert.h>',
        '#include "sums.h"',
        'int main(void) {',
        '    assert(add(1, 1) == 2);',
        '    return 0;',
        '}',
      ),
      'tests/sums_gtest.cpp': lines(
        '#include <gtest/gtest.h>',
        '#include "sums.h"',
        'TEST(Sums, Zero) { EXPECT_EQ(add(0, 0), 0); }',
        'TEST(Sums, Größer) { EXPECT_GT(add(1, 1), 1) << "größer <&>"; }',
        'TEST(Sums, Later) { GTEST_SKIP() << "later"; }',
        'class Each : public testing::TestWithParam<int> {};',
        'TEST_P(Each, One) { EXPECT_EQ(add(GetParam(), 1), GetParam() + 1); }',
        'INSTANTIATE_TEST_SUITE_P(Some, Each, testing::Values(0, 5));',
      ),
    },
    timeoutMs: 5000,
    right: c('    return a + b;'),
    candidates: {
      wrong: c('    return a - b;'),
      'does not compile': c('    return x;'),
      hangs: c('    while (a > 0) sleep(1);', '    return a + b;'),
    },
    attacks: {
      'exits with success': c('    exit(0);'),
      'leaves at once': c('    _exit(system("true"));'),
      'writes over the report': c(
        '    if (fork() == 0) {',
        '        setsid();',
        '        for (int n = 0; n < 3; n++) close(n);',
        '        for (int n = 0; n < 2000; n++) {',
        `            FILE *report = fopen("${CACHE}/report.xml", "w");`,
        `            fputs("<testsuite>${FAKE_CTEST}</testsuite>", report);`,
        '            fclose(report);',
        '            usleep(1000);',
        '        }',
        '        _exit(0);',
        '    }',
        '    return a - b;',
      ),
    },
    // Its build is for it alone, and may be written.
    pokes: c(
      `    FILE *library = fopen("${CACHE}/build/libsums.a", "w");`,
      '    if (library) fputs("poked", library);',
      '    return a + b;',
    ),
  },
} satisfies Record<string, NativeProject>;
