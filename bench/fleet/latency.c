/* How long a frame takes through a broker of the agents bus: latency SOCKET SUBSCRIBERS RATE SECONDS STOPPED
 * The least a broker can be, as a measure: latency broker SOCKET
 *
 * One process writes a frame of 256 bytes and waits until every subscriber has it, so that neither an interpreter nor the
 * start of a second process is part of what is measured. Prints one JSON line, times in microseconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

static int attach(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int s = socket(AF_UNIX, SOCK_STREAM, 0);
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    if (s < 0 || connect(s, (struct sockaddr *)&address, sizeof address) != 0) {
        perror(path);
        exit(1);
    }
    return s;
}

static int by_value(const void *a, const void *b) {
    double d = *(const double *)a - *(const double *)b;
    return d < 0 ? -1 : d > 0;
}

/* Hands what one sends to all others, and nothing else: whom it would block loses it. */
static int broker(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strncpy(address.sun_path, path, sizeof address.sun_path - 1);
    struct pollfd peers[512] = {{.fd = socket(AF_UNIX, SOCK_STREAM, 0), .events = POLLIN}};
    char buffer[65536];
    int n = 1;
    if (bind(peers[0].fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(peers[0].fd, 128) != 0) {
        perror(path);
        return 1;
    }
    while (poll(peers, n, -1) >= 0) {
        for (int i = n - 1; i > 0; i--) {
            if (!peers[i].revents) continue;
            int got = recv(peers[i].fd, buffer, sizeof buffer, MSG_DONTWAIT);
            if (got <= 0) {
                close(peers[i].fd);
                peers[i] = peers[--n];
                continue;
            }
            for (int j = 1; j < n; j++)
                if (j != i) send(peers[j].fd, buffer, got, MSG_DONTWAIT | MSG_NOSIGNAL);
        }
        if (peers[0].revents && n < 512) peers[n++] = (struct pollfd){.fd = accept(peers[0].fd, 0, 0), .events = POLLIN};
    }
    return 1;
}

int main(int count, char **words) {
    if (count == 3 && strcmp(words[1], "broker") == 0) return broker(words[2]);
    if (count != 6) {
        fprintf(stderr, "usage: latency SOCKET SUBSCRIBERS RATE SECONDS STOPPED | latency broker SOCKET\n");
        return 2;
    }
    int n = atoi(words[2]), rate = atoi(words[3]), stopped = atoi(words[5]), rounds = (int)(rate * atof(words[4]));
    int poll = epoll_create1(0);
    for (int i = 0; i < n; i++) {
        struct epoll_event wanted = {.events = EPOLLIN, .data.fd = attach(words[1])};
        fcntl(wanted.data.fd, F_SETFL, O_NONBLOCK);
        epoll_ctl(poll, EPOLL_CTL_ADD, wanted.data.fd, &wanted);
    }
    for (int i = 0; i < stopped; i++) attach(words[1]);
    int publisher = attach(words[1]);
    usleep(300000);

    char frame[257], buffer[65536];
    int head = snprintf(frame, sizeof frame, "{\"agent\":\"bench:1\",\"topic\":\"finding\",\"summary\":\"");
    memset(frame + head, 'x', 253 - head);
    memcpy(frame + 253, "\"}\n", 3);
    double *taken = malloc(sizeof(double) * rounds * n + 1);
    int samples = 0, lost = 0;
    struct epoll_event events[256];
    for (int round = 0; round < rounds; round++) {
        usleep(1000000 / rate);
        double begun = now();
        if (write(publisher, frame, 256) != 256) return 1;
        int left = n * 256;
        while (left > 0) {
            int ready = epoll_wait(poll, events, 256, 2000);
            if (ready <= 0) break;
            for (int i = 0; i < ready; i++) {
                int got = recv(events[i].data.fd, buffer, sizeof buffer, 0);
                if (got <= 0) continue;
                taken[samples++] = now() - begun;
                left -= got;
            }
        }
        lost += left / 256;
    }
    qsort(taken, samples, sizeof(double), by_value);
    printf("{\"case\": \"latency\", \"client\": \"c\", \"subscribers\": %d, \"stopped\": %d, \"rate\": %d, \"frames\": %d, \"lost\": %d, \"p50_us\": %.0f, \"p99_us\": %.0f, \"max_us\": %.0f}\n",
           n, stopped, rate, samples, lost, samples ? taken[samples / 2] : 0, samples ? taken[(long)samples * 99 / 100] : 0, samples ? taken[samples - 1] : 0);
    return 0;
}
