// SPDX-License-Identifier: MIT
// The kernel's uapi headers, and bare declarations of what Swift can't call or Glibc's module map
// leaves out. No bodies, and never linux/tcp.h: it clashes with Glibc's netinet/tcp.h.
#pragma once

#include <poll.h>
#include <signal.h>
#include <time.h>

#include <linux/bpf.h>
#include <linux/btf.h>
#include <linux/errqueue.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

// syscall(2) is variadic, which Swift can't call.
extern long linux_syscall(long number, long first, void *second, unsigned long third) __asm__("syscall");

// _GNU_SOURCE
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int pipe2(int ends[2], int flags);
extern ssize_t getdents64(int descriptor, void *buffer, size_t length);
extern int ppoll(struct pollfd *descriptors, unsigned long count, const struct timespec *timeout,
                 const sigset_t *mask);
extern int posix_openpt(int flags);
extern int grantpt(int descriptor);
extern int unlockpt(int descriptor);
extern int ptsname_r(int descriptor, char *name, size_t length);
extern int sched_getaffinity(int pid, size_t length, void *mask);
extern int setns(int descriptor, int kind);
extern int setresuid(unsigned real, unsigned effective, unsigned saved);
extern int setresgid(unsigned real, unsigned effective, unsigned saved);

// No header of Glibc's module map.
extern ssize_t getxattr(const char *path, const char *name, void *value, size_t size);

// open(2), openat(2), fcntl(2) and ioctl(2) are variadic as well.
extern int linux_openat(int directory, const char *path, int flags, unsigned mode) __asm__("openat");
extern int linux_ioctl(int descriptor, unsigned long request, void *argument) __asm__("ioctl");
extern int linux_fcntl(int descriptor, int command, unsigned long argument) __asm__("fcntl");

// No header either; prctl(2) is variadic.
extern unsigned long getauxval(unsigned long kind);
extern int linux_prctl(int option, unsigned long second, unsigned long third, unsigned long fourth,
                       unsigned long fifth) __asm__("prctl");

// capget(2) has no header in Glibc; kcmp(2), and before 2.36 the calls of a pidfd, no function. One declaration
// of syscall(2) for all: two in one file are called with each other's arguments.
extern int capget(void *header, void *data);
extern int capset(void *header, void *data);
extern long linux_process_call(long number, int first, int second, int type, unsigned long one,
                       unsigned long other) __asm__("syscall");
