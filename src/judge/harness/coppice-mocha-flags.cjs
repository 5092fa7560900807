/** mocha starts itself again where the project wants flags of Node: descriptor 3 must reach the one that runs the tests. */
const children = require('node:child_process');

const { spawn } = children;
/** And descriptor 4, where the candidate is in another sandbox. */
const wire = process.env.COPPICE_SIDE === undefined ? [] : [4];
children.spawn = (program, args, options) => spawn(program, args, { ...options, stdio: [0, 1, 2, 3, ...wire] });
