// Validates CSAF documents: node csaf.mjs FOLDER_WITH_NODE_MODULES FILE...
// Its schema, and the tests that every document must pass (CSAF 2.0, section 6.1).
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

const [folder, ...files] = process.argv.slice(2)
const require = createRequire(join(folder, 'index.js'))
const load = (name) => import(pathToFileURL(require.resolve(`@secvisogram/csaf-validator-lib/${name}`)))
const validate = (await load('validate.js')).default
const schema = await load('schemaTests.js')
const mandatory = await load('mandatoryTests.js')
const tests = [schema.csaf_2_0_strict, ...Object.values(mandatory)]

let failures = 0
for (const file of files) {
  const result = await validate(tests, JSON.parse(readFileSync(file, 'utf8')))
  for (const test of result.tests.filter((test) => !test.isValid)) {
    failures += 1
    console.error(`${file}: ${test.name}: ${JSON.stringify(test.errors)}`)
  }
}
console.log(`CSAF: ${files.length} documents, ${tests.length} tests each, ${failures} failures`)
process.exit(failures === 0 ? 0 : 1)
