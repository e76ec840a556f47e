/* The library from which Rust's standard library takes random numbers, and which Wine before version 9 lacks. */

__declspec(dllimport) unsigned char __stdcall SystemFunction036(void *data, unsigned long size);

__declspec(dllexport) int __stdcall ProcessPrng(unsigned char *data, unsigned long long size) {
  return SystemFunction036(data, (unsigned long)size);
}
