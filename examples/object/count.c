#include <stdint.h>
#include <stdio.h>

/* In greeting.rs. */
uint32_t greeting_length(void);

int main(void) {
    printf("%u\n", (unsigned)greeting_length());
    return 0;
}
