import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { classMapOf, isPlainMap, isSummed } from '../../../src/core/classes/classMap.js';
import { readClassNames } from '../../../src/core/classes/readClassNames.js';
import { reorderedClasses } from '../../../src/core/classes/reordered.js';
import { ProblemError } from '../../../src/core/problem.js';
import type { WrittenClasses } from '../../../src/core/spec/parts/classesSpec.js';

const classes = ['cat', 'dog'];
const file = 'net.onnx';
const map = (written: WrittenClasses, outputs: number, names: readonly string[] | null = null) =>
  classMapOf(written, { classes, outputs, names, file });

describe('classes of a model', () => {
  it('are found by the names of its outputs, in their order', () => {
    assert.deepEqual(map(['dog', 'cat'], 2), [[1], [0]]);
    assert.deepEqual(map(['bird', 'cat', 'fish', 'dog'], 4), [[1], [3]]);
    assert.deepEqual(map(['cat', 'dog', 'cat'], 3), [[0, 2], [1]], 'a name that is there twice is summed');
  });

  it('are found by names in other letters, and by one of several that are set off by commas', () => {
    assert.deepEqual(map(['n02084071, Dog, domestic dog', 'tabby', 'CAT'], 3), [[2], [0]]);
  });

  it('are found by a map to indices, to several, and to names that the file has', () => {
    assert.deepEqual(map({ cat: 281, dog: [207, 208] }, 1000), [[281], [207, 208]]);
    assert.deepEqual(map({ cat: 'tabby', dog: [0, 'pug'] }, 3, ['beagle', 'pug', 'tabby']), [[2], [0, 1]]);
  });

  it('say whether they change anything, and whether they are sums', () => {
    assert.ok(isPlainMap([[0], [1]], { outputs: 2 }));
    assert.ok(!isPlainMap([[0], [1]], { outputs: 3 }));
    assert.ok(!isPlainMap([[1], [0]], { outputs: 2 }));
    assert.ok(isSummed([[0], [1, 2]]) && !isSummed([[0], [1]]));
  });

  const wrong: [string, WrittenClasses, number, RegExp][] = [
    [
      'a class that no output is called',
      ['cat', 'dogs'],
      2,
      /None of the 2 outputs is called `dog`\. Near it: `dogs` \(1\).*"dog": 1/,
    ],
    ['a class that a map leaves out', { cat: 0 }, 2, /says nothing of `dog`.*"dog": 0/],
    [
      'a class that the data set does not have',
      { cat: 0, dog: 1, dgo: 1 },
      2,
      /`dgo`, which is no class.*Did you mean `dog`/,
    ],
    ['another number of outputs', ['cat', 'dog'], 1000, /names 2 outputs, and the network has 1,000/],
    ['an index beyond the outputs', { cat: 0, dog: 2 }, 2, /takes output 2 for `dog`.*from 0 to 1/],
    ['one output for two classes', { cat: 1, dog: 1 }, 2, /output 1 twice, for `cat` and `dog`/],
    ['one output twice', { cat: [0, 0], dog: 1 }, 2, /twice, for `cat`\./],
    ['a name where the file has none', { cat: 'tabby', dog: 1 }, 2, /does not say what its outputs are called/],
    ['a name that means two things', ['cat, crane', 'dog', 'cat, hoist'], 3, /called `cat`: 0, 2.*"cat": \[0, 2\]/],
  ];
  for (const [what, written, outputs, words] of wrong) {
    it(`refuse ${what}, with what to write`, () => {
      assert.throws(
        () => map(written, outputs),
        (error) => {
          assert.ok(error instanceof ProblemError, String(error));
          const { code, message, fix, place } = error.problem;
          assert.match(code, /^classes-/);
          assert.match(`${message} ${fix}`, words);
          assert.deepEqual(place, { file, path: 'model.classes' });
          return true;
        },
      );
    });
  }
});

describe('a file of classes', () => {
  const names: [string, string][] = [
    ['names one a line', 'cat\r\ndog\n'],
    ['a JSON list', '["cat", "dog"]'],
    ['lines that are numbered', '0: cat\n1: dog'],
    ['names by index, as transformers write them', '{"0": "cat", "1": "dog"}'],
  ];
  for (const [what, text] of names) {
    it(`is read as ${what}`, () => {
      assert.deepEqual(readClassNames(text), ['cat', 'dog']);
    });
  }

  it('is read as synsets, with their numbers as another name', () => {
    assert.deepEqual(readClassNames('n01440764 tench, Tinca tinca\nn01443537 goldfish'), [
      'n01440764, tench, Tinca tinca',
      'n01443537, goldfish',
    ]);
    assert.deepEqual(readClassNames('{"0": ["n01440764", "tench"]}'), ['n01440764, tench']);
  });

  it('is read as a map', () => {
    assert.deepEqual(readClassNames('{"cat": 281, "dog": [207, 208]}'), { cat: 281, dog: [207, 208] });
  });

  it('is refused where nothing can be read from it', () => {
    for (const text of ['', '  \n', '["cat"', '{"cat": {"index": 3}}', '[1, 2]']) {
      assert.throws(
        () => readClassNames(text),
        (error) => error instanceof ProblemError && error.problem.code === 'classes-file',
        text,
      );
    }
  });
});

describe('classes in the order that the answers speak for', () => {
  const three = ['a', 'b', 'c'];
  // Pictures of a are answered as c, of b as a, of c as b.
  const answerOf = [2, 0, 1];
  const reordered = (written?: WrittenClasses) => reorderedClasses(written, { answerOf, classes: three, file });

  it('are the names of the outputs where nothing was said', () => {
    assert.deepEqual(reordered(), ['b', 'c', 'a']);
  });

  it('are those that were said, exchanged', () => {
    assert.deepEqual(reordered({ a: 207, b: [281, 282], c: 751 }), { a: 751, b: 207, c: [281, 282] });
    assert.deepEqual(reordered(['x', 'c', 'b', 'a']), { a: 1, b: 3, c: 2 });
  });
});
