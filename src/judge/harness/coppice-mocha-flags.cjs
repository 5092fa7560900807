/** mocha starts itself again where the project wants flags of Node: descriptor 3 must reach the one that runs the tests. */
const children = require('node:child_process');

const { spawn } = children;
children.spawn = (program, args, options) => spawn(program, args, { ...options, stdio: [0, 1, 2, 3] });
