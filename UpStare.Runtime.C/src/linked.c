/* linked.c - a symbol that says what is wrong where it is missing.
 *
 * Every unit that needs the runtime names it in a section that is not loaded.  A program that is linked by gcc, g++ or ld
 * alone gets no runtime; what the linker then prints tells to link with upstare-cc. */
extern const char __upstare_missing__link_with_upstare_cc;
const char __upstare_missing__link_with_upstare_cc = 0;
