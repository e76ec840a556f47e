/* The entry point of programs, apart from all else, since libraries have no main function. */
int main(int, char **);
__declspec(dllimport) void __stdcall ExitProcess(unsigned);
void mainCRTStartup(void) { ExitProcess(main(0, 0)); }
