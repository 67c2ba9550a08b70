/* Rheo's runtime, for programs that contain it.
 *
 * Nothing here has to be called: a thread gets its VM stack when it first enters bytecode, and loses it when it ends.
 * All functions may be called from any thread; but for rheo_stacks, those that look at a thread look at the calling one.
 *
 * Environment: RHEO_STACK=BYTES sets the size of the VM stacks, RHEO_PROFILE=FILE counts executions into FILE.
 */
#ifndef RHEO_H
#define RHEO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A frame of a bytecode function. */
struct rheo_frame {
    const char *name;   /* linkage name, not zero-terminated; NULL if the image was built without names */
    size_t name_bytes;  /* its length */
    const char *file;   /* source file, not zero-terminated; NULL if unknown */
    size_t file_bytes;  /* its length */
    uint32_t line;      /* from 1; 0 if unknown */
    uint32_t column;    /* from 1; 0 if unknown */
    uint32_t function;  /* number of the function in the image; UINT32_MAX if unknown */
    uint32_t offset;    /* bytes from the start of the function's code to the point of return */
};

/* Gives the calling thread its VM stack now, so that entering bytecode later maps no memory. */
void rheo_thread_attach(void);

/* Frees the calling thread's VM stack. Returns 0, or -1 if bytecode of the thread is still running. */
int rheo_thread_detach(void);

/* Calls VISIT with DATA and the bounds of each range of memory where bytecode keeps values, of every thread that has a VM
 * stack: for garbage collectors, which look for pointers there as they do on native stacks. To be called with the other
 * threads stopped, wherever they are; of one stopped inside bytecode all of the stack is given. Waits for nothing. */
void rheo_stacks(void (*visit)(void *data, const void *from, const void *to), void *data);

/* Writes the calling thread's bytecode frames, innermost first, to FRAMES, MAX at most. Returns how many there are.
 * Native frames between them are not listed. Safe in a signal handler; one that interrupted bytecode does not see the
 * frames of the innermost run of bytecode. */
size_t rheo_backtrace(struct rheo_frame *frames, size_t max);

/* Version of the runtime. */
const char *rheo_version(void);

#ifdef __cplusplus
}
#endif
#endif
